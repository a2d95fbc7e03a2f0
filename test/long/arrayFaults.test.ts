// The faults of test/inProcess/arrayFaults.test.ts in an array of the size that arrays are for.
import { oneOf } from "../inProcess/arrayFaults";

jest.setTimeout(1_200_000);

oneOf(10_000);
