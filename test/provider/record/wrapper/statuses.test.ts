// Every exit status is handed on.
import { Place, sh, underEachShell } from "./shells";

const place = new Place();
afterAll(() => place.remove());
jest.setTimeout(60_000);

underEachShell((shell) => {
  test.each(["with", "without"])(
    "exit statuses 0 to 255 are the command's, %s a record",
    async (which) => {
      // Without, all of them; with, those that mean something to a shell.
      const all = Array.from({ length: 256 }, (_, code) => code);
      const codes =
        which === "without" ? all : [0, 1, 2, 64, 125, 126, 127, 128, 129, 137, 192, 200, 255];
      const record = which === "without" ? { record: undefined } : {};
      const statuses = await inFours(codes, async (code) => {
        const job = place.job(shell, record);
        const { status } = await job.run(sh(`exit ${code}`));
        if (which === "with") {
          expect(job.end).toMatchObject({ exitCode: code });
          if (code < 128) {
            expect(job.end.signal).toBeNull();
            expect(job.end.cause).toBe(code === 0 ? undefined : "ExitCode");
          }
        }
        return status;
      });
      expect(statuses).toEqual(codes);
    },
  );
});

async function inFours<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift())
      results[next[0]] = await work(next[1]);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return results;
}
