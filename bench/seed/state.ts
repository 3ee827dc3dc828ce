import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { templateFor } from '../../src/testing/template.ts';
import type { Workspace } from '../workspace.ts';
import { seedImages } from './images.ts';

/** A state folder whose cloud has the demo tenants and public images, and as many further images as asked for. */
export async function seededState(workspace: Workspace, images: number): Promise<string> {
  const state = await workspace.folder();
  const folder = join(state, 'clouds', 'default');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'cloud.db');
  copyFileSync(await templateFor({}), file);
  if (images > 0) seedImages(file, images);
  return state;
}
