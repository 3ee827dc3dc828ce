import { CloudError } from '../emulator/errors.ts';

/** What a caller is told that is refused. */
export interface Refusal {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly field: string | undefined;
}

/** How a call was refused; undefined if it was not. Anything but a CloudError is a defect, and thrown on. */
export async function refused(call: Promise<unknown>): Promise<Refusal | undefined> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const { code, status, message, field } = error;
    return { code, status, message, field };
  }
  return undefined;
}

/** The code alone. */
export const codeOf = async (call: Promise<unknown>): Promise<string | undefined> => (await refused(call))?.code;
