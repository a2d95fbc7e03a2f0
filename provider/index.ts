// What users import from "pulumi-skaha".
export { HeadlessSession, type HeadlessSessionArgs, type Word } from "./headlessSession";
