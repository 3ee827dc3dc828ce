/** What the docker hardware needs: servers as containers that boot from their disks. */
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import Docker from 'dockerode';
import { registryAnswers, withinLimit } from '../../../emulator/hardware/docker/obstacle.ts';
import type { Check, Finding, Machine } from './check.ts';
import { inPath } from './in-path.ts';

export const dockerChecks: readonly Check[] = [
  { name: 'linux', look: linux },
  { name: 'container engine', look: engine },
  { name: 'xfs', look: xfs },
  { name: 'loop devices', look: loopDevices },
  { name: 'base systems', look: baseSystems },
];

function linux(): Finding {
  if (process.platform === 'linux') return { ok: true, detail: `kernel ${release()}` };
  return {
    ok: false,
    detail: process.platform,
    hint: 'with Docker Desktop, run the gateway in a container: `docker compose up`',
  };
}

/** In milliseconds: an engine of this machine answers in a few. */
const ENGINE_LIMIT = 3000;

async function engine(): Promise<Finding> {
  try {
    const { Version, Os, ApiVersion } = await withinLimit(new Docker().version(), ENGINE_LIMIT);
    if (Os !== 'linux') return { ok: false, detail: `it runs ${Os} containers`, hint: 'switch it to Linux containers' };
    return { ok: true, detail: `version ${Version} (api ${ApiVersion})` };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EACCES') {
      return {
        ok: false,
        detail: 'this user may not use the engine',
        hint: 'add the user to its group: `sudo usermod -aG docker $USER`, then sign in anew',
      };
    }
    return {
      ok: false,
      detail: `none answers (${error instanceof Error ? error.message : String(error)})`,
      hint: 'install Docker Engine, or point DOCKER_HOST at one; without it servers have no processes (embedded hardware)',
    };
  }
}

/** The helper mounts one xfs in a file; a module that is not loaded is loaded by the kernel when it is mounted. */
function xfs(): Finding {
  const loaded = existsSync('/proc/filesystems') && /\bxfs$/m.test(readFileSync('/proc/filesystems', 'utf8'));
  if (loaded) return { ok: true, detail: 'the kernel has it' };
  const modules = `/lib/modules/${release()}/modules.dep`;
  if (existsSync(modules) && /\/xfs\.ko/.test(readFileSync(modules, 'utf8')))
    return { ok: true, detail: 'the kernel has it as a module' };
  return { ok: false, detail: 'the kernel does not say that it has xfs', hint: 'load it once: `sudo modprobe xfs`' };
}

function loopDevices(): Finding {
  const ok = existsSync('/dev/loop-control');
  return ok
    ? { ok, detail: '/dev/loop-control' }
    : { ok, detail: 'no /dev/loop-control', hint: 'load them once: `sudo modprobe loop`' };
}

/** Systems come from a registry, or are made of Debian's packages; without both, images other than those at hand are placeholders. */
async function baseSystems({ env }: Machine): Promise<Finding> {
  const mmdebstrap = inPath('mmdebstrap', env);
  const registry = await registryAnswers(new Docker());
  const ways = [
    ...(registry ? ['a registry answers'] : []),
    ...(mmdebstrap === undefined ? [] : [`mmdebstrap (Debian only): ${mmdebstrap}`]),
  ];
  if (registry) return { ok: true, detail: ways.join(', ') };
  const hint = 'with a registry, images other than Debian have real content, too';
  if (mmdebstrap !== undefined) return { ok: true, detail: ways.join(', '), hint };
  return {
    ok: false,
    detail: 'no registry answers the engine, and there is no mmdebstrap',
    hint: 'install mmdebstrap, or let the engine reach a registry',
  };
}
