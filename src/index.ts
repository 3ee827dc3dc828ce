/** The door of the package: open a cloud, serve it. */
export { type Cloud, type CloudOptions, openCloud } from '../emulator/cloud.ts';
export type { CloudConfig, CloudConfigInput } from '../emulator/config.ts';
export { DemoCredentialsError, type Gateway, type GatewayOptions, startGateway } from './gateway.ts';
export { ListenError } from './http/listen.ts';
