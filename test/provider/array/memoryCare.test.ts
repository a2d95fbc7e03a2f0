import { MemoryCare } from "../../../provider/array/memoryCare";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function cared() {
  const heap = { keepHeapSmall: jest.fn(), giveMemoryBack: jest.fn() };
  const care = new MemoryCare(heap);
  const told = () => [heap.keepHeapSmall, heap.giveMemoryBack].map(({ mock }) => mock.calls.length);
  return { care, told };
}

describe("MemoryCare", () => {
  test("leaves the memory of a few thousand jobs alone", async () => {
    const { care, told } = cared();
    care.know(4_000);
    await care.during(async () => {});
    jest.advanceTimersByTime(60_000);
    expect(told()).toEqual([0, 0]);
  });

  test("gives back that of ten thousand, and leaves the heap as it is", async () => {
    const { care, told } = cared();
    care.know(10_000);
    care.know(1_000);
    await care.during(async () => {});
    jest.advanceTimersByTime(60_000);
    expect(told()).toEqual([0, 1]);
  });

  test("gives it back when nothing follows, once for several operations", async () => {
    const { care, told } = cared();
    await care.during(async () => care.know(100_000));
    jest.advanceTimersByTime(100);
    await care.during(async () => care.know(100_000));
    jest.advanceTimersByTime(60_000);
    expect(told()).toEqual([1, 1]);
  });

  test("gives it back only after what was done is written, which keeps the process busy", async () => {
    let blockedMs = 0;
    const heap = { keepHeapSmall: jest.fn(), giveMemoryBack: jest.fn() };
    const care = new MemoryCare(heap, () => performance.now() + blockedMs);
    care.know(10_000);
    await care.during(async () => {});
    blockedMs = 400; // a timer cannot ring meanwhile: it is late
    jest.advanceTimersByTime(250);
    expect(heap.giveMemoryBack).not.toHaveBeenCalled();
    jest.advanceTimersByTime(250);
    expect(heap.giveMemoryBack).toHaveBeenCalledTimes(1);
  });

  test("keeps it while an operation is under way, and after a failed one no longer than after others", async () => {
    const { care, told } = cared();
    const { promise, reject } = Promise.withResolvers<void>();
    care.know(100_000);
    const long = care.during(() => promise);
    await care.during(async () => {});
    jest.advanceTimersByTime(60_000);
    expect(told()).toEqual([1, 0]);
    reject(new Error("refused"));
    await expect(long).rejects.toThrow("refused");
    jest.advanceTimersByTime(60_000);
    expect(told()).toEqual([1, 1]);
  });
});
