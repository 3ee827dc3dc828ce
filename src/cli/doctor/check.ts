/** What a look at one part of the machine found. */
export interface Finding {
  readonly ok: boolean;
  readonly detail: string;
  /** What to install or change for more; empty where nothing is to be done. */
  readonly hint?: string;
}

export interface Check {
  readonly name: string;
  /** Without it nothing works at all; everything else only limits what the cloud can do. */
  readonly required?: boolean;
  look(machine: Machine): Finding | Promise<Finding>;
}

export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateFolder: string;
}
