// An array of jobs, as the package's schema has it: the form of its rows is that of `array/`.
import { textOf } from "../../job/catalogue";
import {
  any,
  listOf,
  mapOf,
  named,
  organization,
  type Properties,
  type PropertySpec,
  text,
  word,
} from "./specs";

export function array() {
  const rows: PropertySpec = {
    ...mapOf(any),
    description:
      'One row for each job, by its key: the job is called `NAME/KEY`, and its row is a list, or a list as JSON. A row has the values of `columns`, then those that `template` takes from the row: `[7, "m31"]`.',
  };
  return {
    description:
      "Many jobs as one resource, for thousands of them: they are launched, cancelled and told of one by one all the same.",
    inputProperties: {
      columns: {
        ...listOf(text),
        description: "The names of the parameters, in the order in which rows have their values.",
      },
      common: {
        ...mapOf(any),
        description: "Inputs of a HeadlessSession that all jobs have alike.",
      },
      template: {
        ...mapOf(any),
        description:
          'Inputs that differ from job to job. In them `{"$": "band"}` stands for that parameter, with `before` and `after` for text around it, and `{"$": 0}` for the first value that a row has after its parameters.',
      },
      jobs: rows,
      order: {
        ...text,
        description:
          "How the program orders the keys: the place of each among the sorted ones. Default: sorted.",
      },
      key: { ...listOf(text), description: "Of a table's rows: the columns that make their keys." },
      canary: {
        ...listOf(text),
        description:
          "Keys of the jobs that are launched first; the others wait until those are Completed.",
      },
      plainEnv: {
        ...mapOf(word),
        description:
          "Variables of all jobs, besides those of `common` and `template`. Secret values become `secretEnv` by themselves.",
      },
      secretEnv: {
        ...mapOf(word),
        secret: true,
        description: "Secret variables of all jobs. A change of one runs nothing again.",
      },
      ownEnv: { ...mapOf(mapOf(word)), description: "Variables of some jobs, by their keys." },
      ownSecretEnv: {
        ...mapOf(mapOf(word)),
        secret: true,
        description: "Secret variables of some jobs, by their keys.",
      },
      registryAuth: { ...named("RegistryAuth"), secret: true, description: textOf("registryAuth") },
      organization,
    } satisfies Properties,
    requiredInputs: ["jobs"],
    properties: {
      statuses: {
        ...mapOf({ type: "integer" }),
        description: "How many of its jobs have each status.",
      },
      jobs: {
        ...mapOf(text),
        description:
          "What is known of each job, by its key: a list as JSON, of the values of `fields` and of what else differs from `commonState`.",
      },
      fields: { ...listOf(text), description: "What each row has first." },
      commonState: { ...mapOf(any), description: "What most jobs have alike." },
      version: { type: "integer", description: "The form of `jobs`." },
      place: { ...text, description: "Where its jobs stand in the program." },
    } satisfies Properties,
    required: ["commonState", "fields", "jobs", "place", "statuses", "version"],
  };
}
