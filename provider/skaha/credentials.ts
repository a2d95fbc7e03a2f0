// Who the provider is to Skaha. Read at run time, each time anew, and never part of inputs, logs or errors.

export interface Credentials {
  /** The headers that prove who asks. */
  headers(): Promise<Record<string, string>>;
}

export interface CredentialSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The stack's `skaha:token`: last, because refresh and destroy get it as it was at the last `up`. */
  readonly stackToken: string | undefined;
}

/** Sources in the order in which they are asked: `CANFAR_TOKEN`, the stack's `skaha:token`. */
export function credentialsFrom({ env, stackToken }: CredentialSources): Credentials {
  return {
    async headers() {
      const token = env.CANFAR_TOKEN?.trim() || stackToken?.trim();
      if (!token) {
        throw new Error(
          "no credentials for Skaha were found: set CANFAR_TOKEN, or run `pulumi config set --secret skaha:token TOKEN`",
        );
      }
      return { authorization: `Bearer ${token}` };
    },
  };
}
