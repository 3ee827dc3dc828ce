import { addFaultRule, listFaultRules, removeFaultRule } from '../../emulator/administration/operations.ts';
import type { FaultRule } from '../../emulator/faults/fault-rule.ts';
import { builder } from './builder.ts';
import { globalId, readId } from './global-id.ts';
import { addMutation } from './mutation.ts';
import { withoutNulls } from './nulls.ts';
import { FaultRuleRef, NodeRef } from './refs.ts';

const FaultMoment = builder.enumType('FaultMoment', {
  description: 'When a fault strikes a step of a job.',
  values: {
    BEFORE: { value: 'before', description: 'Before its effect.' },
    AFTER: { value: 'after', description: 'When the effect is there and not yet recorded.' },
  } as const,
});

const FaultMatchRef = builder.objectRef<FaultRule['match']>('FaultMatch').implement({
  description: 'What a fault rule strikes: everything that is given has to fit.',
  fields: t => ({
    operation: t.string({ nullable: true, description: 'An operation: `images.share`.', resolve: match => match.operation }),
    jobType: t.string({ nullable: true, description: 'A type of jobs.', resolve: match => match.jobType }),
    step: t.string({ nullable: true, description: 'A step of jobs.', resolve: match => match.step }),
    tenantUuid: t.string({ nullable: true, description: 'A tenant.', resolve: match => match.tenantId }),
    resourceUuid: t.string({ nullable: true, description: 'A resource.', resolve: match => match.resourceId }),
  }),
});

FaultRuleRef.implement({
  description: 'A failure that somebody asked for.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `FaultRule:<uuid>`.', resolve: rule => globalId('FaultRule', rule.id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    match: t.expose('match', { type: FaultMatchRef, description: 'What it strikes.' }),
    moment: t.expose('moment', { type: FaultMoment, description: 'When it strikes a step.' }),
    effect: t.field({
      type: 'JSON',
      description:
        'What happens: `{kind: "fail", code, message}`, `{kind: "delay", seconds}`, `{kind: "hold", percent}` or `{kind: "crash"}`.',
      resolve: ({ effect }) => (effect.kind === 'fail' ? { ...effect, message: effect.message ?? null } : effect),
    }),
    remaining: t.exposeInt('remaining', {
      nullable: true,
      description: 'How often it will still strike; null until it is removed.',
    }),
  }),
});

builder.queryField('faultRules', t =>
  t.field({
    type: [FaultRuleRef],
    description: 'The fault rules that are in force. For the administrator.',
    resolve: async (_root, _args, { session }) => [...(await session.run(listFaultRules, {}))],
  }),
);

const FaultMatchInput = builder.inputType('FaultMatchInput', {
  description: 'What a fault rule strikes: everything that is given has to fit.',
  fields: t => ({
    operation: t.string({ description: 'An operation: `images.share`.' }),
    jobType: t.string({ description: 'A type of jobs: `imsCreateImageByInstance`.' }),
    step: t.string({ description: 'A step of jobs: `snapshot`; `revert snapshot` for taking it back.' }),
    tenantId: t.id({ description: 'A tenant.' }),
    resourceId: t.id({ description: 'An image, server or other resource.' }),
  }),
});

const FaultFailInput = builder.inputType('FaultFailInput', {
  description: 'To fail with a documented code.',
  fields: t => ({
    code: t.string({ required: true, description: 'The code: `IMG.0014`.' }),
    message: t.string({ description: 'The words that go with it.' }),
  }),
});

const FaultEffectInput = builder.inputType('FaultEffectInput', {
  description: 'What happens; exactly one of these.',
  isOneOf: true,
  fields: t => ({
    fail: t.field({ type: FaultFailInput, description: 'It fails.' }),
    delaySeconds: t.float({ description: 'It takes that much longer, by the cloud’s clock.' }),
    holdAtPercent: t.int({ description: 'The job stays at this percentage until the rule is removed or the job is cancelled.' }),
    crash: t.boolean({ description: 'The process kills itself, where that was allowed when it was started.' }),
  }),
});

addMutation('addFaultRule', {
  description: 'Makes something fail, take longer, stand still or crash. For the administrator.',
  input: t => ({
    match: t.field({ type: FaultMatchInput, required: true, description: 'What it strikes.' }),
    moment: t.field({ type: FaultMoment, description: 'When it strikes a step; BEFORE without it.' }),
    effect: t.field({ type: FaultEffectInput, required: true, description: 'What happens.' }),
    count: t.int({ description: 'How often it strikes; until it is removed without it.' }),
  }),
  run: (session, { match, moment, effect, count }, options) =>
    session.run(
      addFaultRule,
      {
        match: withoutNulls({
          ...match,
          tenantId: match.tenantId && readId.tenant(match.tenantId, 'match.tenantId'),
          resourceId: match.resourceId && readId.any(match.resourceId),
        }),
        moment: moment ?? undefined,
        effect: effectOf(effect),
        count: count ?? undefined,
      },
      options,
    ),
  payload: t => ({
    faultRule: t.field({
      type: FaultRuleRef,
      nullable: true,
      description: 'The rule; null if it has struck for the last time already.',
      resolve: async ({ id }, _args, { session }) => (await session.run(listFaultRules, {})).find(rule => rule.id === id),
    }),
  }),
});

addMutation('removeFaultRule', {
  description: 'Takes a fault rule away; what it held goes on. For the administrator.',
  input: t => ({ id: t.id({ required: true, description: 'The rule.' }) }),
  run: (session, { id }, options) => session.run(removeFaultRule, { id: readId.faultRule(id) }, options),
  payload: t => ({ removed: t.exposeBoolean('removed', { description: 'Whether there was such a rule.' }) }),
});

function effectOf({ fail, delaySeconds, holdAtPercent }: typeof FaultEffectInput.$inferInput): FaultRule['effect'] {
  if (fail) return { kind: 'fail', code: fail.code, message: fail.message ?? undefined };
  if (typeof delaySeconds === 'number') return { kind: 'delay', seconds: delaySeconds };
  if (typeof holdAtPercent === 'number') return { kind: 'hold', percent: holdAtPercent };
  return { kind: 'crash' };
}
