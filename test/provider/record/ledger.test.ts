import fc from "fast-check";
import {
  doubtfulPlace,
  leaveText,
  membersInLog,
  readLeave,
  readLedger,
  withoutMembers,
} from "../../../provider/record/ledger";

const end = {
  exitCode: 3,
  signal: null,
  cause: "ExitCode",
  start: "2026-11-28T20:00:00Z",
  end: "2026-11-28T20:01:00Z",
  meanCores: 0.5,
  samples: 2,
  missingOutputs: [],
};
const lines = [
  {
    pack: 1,
    jobs: [
      ["a-0123456789abcd", 1],
      ["b-0123456789abcd", 2],
      ["c-0123456789abcd", 1],
    ],
    session: "k3j2h1g0",
    start: "2026-11-28T19:59:00Z",
  },
  { job: 1, begin: "2026-11-28T20:00:00Z" },
  { job: 2, begin: "2026-11-28T20:00:01Z" },
  { job: 1, end },
  { job: 3, left: "2026-11-28T20:02:00Z" },
  { job: 2, exit: 137, time: "2026-11-28T20:03:00Z" },
  { over: "2026-11-28T20:03:00Z" },
].map((line) => `${JSON.stringify(line)}\n`);
const whole = lines.join("");

test("a ledger tells who its jobs are, and what became of each", () => {
  const ledger = readLedger(whole);
  expect(ledger?.members).toEqual([
    { id: "a-0123456789abcd", attempt: 1 },
    { id: "b-0123456789abcd", attempt: 2 },
    { id: "c-0123456789abcd", attempt: 1 },
  ]);
  expect(ledger?.isOver).toBe(true);
  expect(ledger?.places.get(1)).toMatchObject({
    begin: end.start,
    end: { exitCode: 3, end: end.end },
  });
  expect(ledger?.places.get(2)).toEqual({ begin: "2026-11-28T20:00:01Z", exit: 137 });
  expect(ledger?.places.get(3)).toEqual({ left: "2026-11-28T20:02:00Z" });
});

test("the log of a pack that could write no ledger tells who its jobs are, and is shown without that", () => {
  const why = "pulumi-skaha: the pack runs no job: cannot write to /r\n";
  const log = `hello\npulumi-skaha: {"pack":1,"jobs":[["a-0123456789abcd",2],["b-0123456789abcd",1]]}\n${why}`;
  expect(membersInLog(log)).toEqual([
    { id: "a-0123456789abcd", attempt: 2 },
    { id: "b-0123456789abcd", attempt: 1 },
  ]);
  expect(withoutMembers(log)).toBe(`hello\n${why}`);
  for (const other of ["", why, log.slice(0, 50), log.replace("pulumi-skaha: {", "{")]) {
    expect(membersInLog(other)).toEqual([]);
  }
});

test("cut anywhere, and with blanks after it, it says what its whole lines say", () => {
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(100), (length, blanks) => {
      const cut = whole.slice(0, length);
      const said = cut.slice(0, cut.lastIndexOf("\n") + 1);
      const isTorn = cut !== said;
      const read = readLedger(cut + " ".repeat(blanks));
      expect(read).toEqual(read && { ...readLedger(said), isTorn });
      expect(read === undefined).toBe(readLedger(said) === undefined);
      if (said === "") expect(readLedger(cut)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test("where the last line is torn, the next place is the one that may have begun without a line", () => {
  const begun = (text: string) => {
    const ledger = readLedger(text);
    return ledger && doubtfulPlace(ledger);
  };
  const [head = "", first = ""] = lines;
  expect(begun(head + first)).toBeUndefined();
  expect(begun(`${head}{"job":1,"be`)).toBe(1);
  expect(begun(`${head}{"job":1,"begin":"x"}\n{"job":2`)).toBe(2);
  expect(begun(`${whole}{"job":3`)).toBeUndefined();
});

test("lines that are no JSON, or of another kind, are passed over", () => {
  const odd = [
    "\0\0\0\n",
    "{}\n",
    "null\n",
    '{"job":0,"begin":"x"}\n',
    '{"job":1,"end":{"exitCode":"x"}}\n',
  ];
  const mixed = lines.flatMap((line) => [...odd, line]).join("");
  expect(readLedger(mixed)).toEqual(readLedger(whole));
});

test("what takes places away is one line that says where it ends", () => {
  expect(leaveText([3, 17])).toBe("3 17 .\n");
  expect(readLeave("3 17 .\n")).toEqual([3, 17]);
  expect(["", "3 17", "3 1", " .\n"].flatMap(readLeave)).toEqual([]);
});
