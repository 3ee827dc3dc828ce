/** The cloud itself: what it runs on, its clock, its faults, what tenants may use. */
import type { Client } from '../../client/client.ts';
import { ERROR } from './result.ts';

export interface Clock {
  readonly mode: 'INSTANT' | 'PACED' | 'VIRTUAL';
  readonly factor: number;
  readonly now: string;
}

export interface CloudState {
  readonly uuid: string;
  readonly hardware: string;
  readonly hardwareReason: string;
  readonly hardwareState: string;
  readonly hardwareStateReason: string | null;
  readonly capabilities: readonly { readonly name: string; readonly available: boolean; readonly reason: string | null }[];
  readonly clock: Clock;
}

const CLOCK = 'clock { mode factor now }';
const DESCRIBE = `{
  cloud {
    uuid hardware hardwareReason hardwareState hardwareStateReason capabilities { name available reason } ${CLOCK}
  }
}`;

export async function describeCloud(client: Client): Promise<CloudState> {
  return (await client.query<{ cloud: CloudState }>(DESCRIBE)).cloud;
}

const SET_CLOCK = `mutation ($input: SetClockInput!) {
  setClock(input: $input) { __typename ... on SetClockPayload { ${CLOCK} } ${ERROR} }
}`;

export async function setClock(client: Client, input: { mode: Clock['mode']; factor?: number | undefined }): Promise<Clock> {
  return (await client.mutate<{ clock: Clock }>(SET_CLOCK, { input })).clock;
}

const ADVANCE_CLOCK = `mutation ($input: AdvanceClockInput!) {
  advanceClock(input: $input) { __typename ... on AdvanceClockPayload { now } ${ERROR} }
}`;

export async function advanceClock(client: Client, seconds: number): Promise<string> {
  return (await client.mutate<{ now: string }>(ADVANCE_CLOCK, { input: { seconds } })).now;
}

export interface Quota {
  readonly resource: string;
  readonly used: number;
  readonly limit: number;
}

export async function listQuotas(client: Client): Promise<readonly Quota[]> {
  return (await client.query<{ quotas: Quota[] }>('{ quotas { resource used limit } }')).quotas;
}

export interface FaultRule {
  readonly uuid: string;
  readonly match: Readonly<Record<string, string | null>>;
  readonly moment: string;
  readonly effect: Readonly<Record<string, unknown>>;
  readonly remaining: number | null;
}

const RULE = 'uuid moment effect remaining match { operation jobType step tenantUuid resourceUuid }';

export async function listFaultRules(client: Client): Promise<readonly FaultRule[]> {
  return (await client.query<{ faultRules: FaultRule[] }>(`{ faultRules { ${RULE} } }`)).faultRules;
}

export interface NewFaultRule {
  readonly match: Readonly<Record<string, string | undefined>>;
  readonly moment?: 'BEFORE' | 'AFTER' | undefined;
  readonly effect: Readonly<Record<string, unknown>>;
  readonly count?: number | undefined;
}

const ADD_RULE = `mutation ($input: AddFaultRuleInput!) {
  addFaultRule(input: $input) { __typename ... on AddFaultRulePayload { faultRule { ${RULE} } } ${ERROR} }
}`;

export async function addFaultRule(client: Client, input: NewFaultRule): Promise<FaultRule | null> {
  return (await client.mutate<{ faultRule: FaultRule | null }>(ADD_RULE, { input })).faultRule;
}

const REMOVE_RULE = `mutation ($input: RemoveFaultRuleInput!) {
  removeFaultRule(input: $input) { __typename ... on RemoveFaultRulePayload { removed } ${ERROR} }
}`;

export async function removeFaultRule(client: Client, id: string): Promise<boolean> {
  return (await client.mutate<{ removed: boolean }>(REMOVE_RULE, { input: { id } })).removed;
}
