import { z } from 'zod';
import { commonErrors, refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { defineOperation } from '../../operation.ts';
import { KIB, MIB } from '../../units.ts';
import { serverErrors as errors } from '../errors.ts';
import { orAnswer, requireCapability } from '../hardware-failures.ts';
import { ServerId } from '../rules.ts';
import { ownServer } from '../server-access.ts';
import { allows } from '../states.ts';

/** Words and characters of a command; seconds that it may take; bytes of each output that are kept. */
export const commandLimits = { words: 256, characters: 32 * KIB, seconds: 600, output: MIB } as const;

export interface CommandResult {
  /** Null if the time was up. */
  readonly exitCode: number | null;
  /** Base64, the first MiB. */
  readonly stdout: string;
  /** Base64, the first MiB. */
  readonly stderr: string;
}

/** Runs a command in a running server and answers with what it wrote. Where servers have no processes: notOnThisHardware. */
export const runServerCommand = defineOperation({
  name: 'servers.runCommand',
  permission: 'ecs:serverCommands:run',
  access: 'write',
  input: z.object({
    serverId: ServerId,
    command: z
      .array(z.string())
      .min(1)
      .max(commandLimits.words)
      .refine(words => words.join('').length <= commandLimits.characters && !words.some(word => word.includes('\0'))),
    timeoutSeconds: z.number().positive().max(commandLimits.seconds).default(30),
  }),
  errors: [commonErrors.notOnThisHardware, errors.serverNotFound, errors.statusWrong],
  async run({ cloud, caller, input: { serverId, command, timeoutSeconds }, commit }): Promise<CommandResult> {
    requireHardware(cloud);
    const { status } = await ownServer(cloud, caller, serverId);
    requireCapability(cloud, 'exec');
    refuse(!allows('execute', status), errors.statusWrong, { message: `${errors.statusWrong.message} (${status})` });
    const result = await orAnswer('command', () => cloud.hardware.exec(serverId, command, { timeoutMs: timeoutSeconds * 1000 }));
    return commit(async () => ({
      exitCode: result.exitCode,
      stdout: result.stdout.toString('base64'),
      stderr: result.stderr.toString('base64'),
    }));
  },
});
