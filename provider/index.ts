// What users import from "pulumi-skaha".
export {
  HeadlessSession,
  type HeadlessSessionArgs,
  type PastAttempt,
  type Predecessor,
  type RetryArgs,
  type RetryCause,
  type Word,
} from "./headlessSession";
export type { Usage } from "./job/state";
export { type Progress, type UntilDoneOptions, untilDone } from "./untilDone";
