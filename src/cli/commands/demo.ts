import { type Command, Option } from 'commander';
import type { HardwareChoice } from '../../../emulator/hardware/open-hardware.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { hardwareChoices } from '../config/settings.ts';

export function define(command: Command, cli: Cli): void {
  command
    .addOption(new Option('--hardware <kind>', 'what servers are made of (default: auto)').choices(hardwareChoices))
    .action((options: { hardware?: HardwareChoice }) => demo(cli, options));
}

/** Opens a cloud of its own, tells the story, and removes all that it made: also when it fails or is interrupted. */
async function demo(cli: Cli, { hardware = 'auto' }: { hardware?: HardwareChoice }): Promise<void> {
  const [{ Stage }, { tellStory }, { StoryError }, { JsonTeller }, { TerminalTeller }] = await Promise.all([
    import('../../story/stage.ts'),
    import('../../story/tell-story.ts'),
    import('../../story/teller.ts'),
    import('../demo/json-teller.ts'),
    import('../demo/terminal-teller.ts'),
  ]);
  const { io } = cli;
  const interrupted = new Promise<never>((_, reject) => {
    io.onStopSignal(() => reject(new CliError('INTERRUPTED', 'the demo was interrupted; what it made is removed')));
  });
  interrupted.catch(() => undefined);
  const started = performance.now();
  cli.remark('opening a throw-away cloud');
  const stage = await Stage.open({ hardware });
  try {
    const teller = cli.options.json ? new JsonTeller(io) : new TerminalTeller(io);
    teller.tell(`a cloud at ${stage.url}, hardware ${stage.hardware}`);
    await Promise.race([tellStory({ stage, teller }), interrupted]);
  } catch (error) {
    throw error instanceof StoryError ? new CliError('STORY', error.message, { cause: error }) : error;
  } finally {
    await stage.close();
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  cli.showEntry({ done: true, seconds }, () => ['', `the story is told, and all that it made is removed (${seconds} s)`]);
}
