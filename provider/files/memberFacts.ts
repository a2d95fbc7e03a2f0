// What a program knows of its jobs that their outputs do not say, for the jobs that merge them. Noted as they are declared.

/** Of one job. */
export interface MemberFacts {
  /** What its user calls it. */
  readonly name: string;
  /** Of a job of a sweep: its parameters, as JSON has them. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Its `outputs`, as they were declared. */
  readonly outputs?: unknown;
}

const facts = new WeakMap<object, MemberFacts>();

export function noteMember(job: object, more: Partial<MemberFacts>): void {
  const before = facts.get(job);
  facts.set(job, { name: "", ...before, ...more });
}

/** @returns nothing of a job of another copy of this package */
export function factsOfMember(job: object): Partial<MemberFacts> {
  return facts.get(job) ?? {};
}
