import type { Cloud } from '../../emulator/cloud.ts';
import { answerJson, type Handler } from './handler.ts';

/**
 * `/health/live`: the process answers. `/health/ready`: requests will be served. The hardware's state is told and not waited for: reading
 * works without it, and its preparation is a job that one can watch.
 */
export function healthHandler(cloud: Cloud, isClosing: () => boolean): Handler {
  return async ({ response, path }) => {
    if (path === '/health/live') return answerJson(response, 200, { status: 'live' });
    if (path !== '/health/ready') return answerJson(response, 404, { error: 'There is /health/live and /health/ready.' });
    const database = await answers(cloud);
    // An open cloud has been reconciled: openCloud() waits for it.
    const ready = database && !isClosing();
    answerJson(response, ready ? 200 : 503, {
      // Not a secret: it is part of every cursor. Whoever starts and stops gateways knows its own by it.
      cloud: cloud.id,
      status: ready ? 'ready' : isClosing() ? 'closing' : 'not ready',
      database: database ? 'answers' : 'does not answer',
      hardware: { kind: cloud.hardware.kind, ...cloud.hardware.status() },
    });
  };
}

async function answers({ database, logger }: Cloud): Promise<boolean> {
  try {
    await database.read.setting.count();
    return true;
  } catch (error) {
    logger.error({ err: error }, 'the database does not answer');
    return false;
  }
}
