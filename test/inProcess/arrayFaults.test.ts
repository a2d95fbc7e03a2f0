// The same over 10,000 jobs is in test/long/arrayFaults.test.ts.
import { oneOf } from "./arrayFaults";

oneOf(100);
