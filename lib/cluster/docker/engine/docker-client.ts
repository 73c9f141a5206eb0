import { Agent as PlainAgent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import Docker from 'dockerode'
import type { EngineAddress } from './engine-address.ts'
import { quiet } from './engine-calls.ts'
import { LogLines } from './log-lines.ts'

/** @types/dockerode knows ping without options only. */
export type DockerClient = Docker & { ping(options: { abortSignal: AbortSignal }): Promise<unknown> }

/** The only file that imports dockerode. */
export function dockerClient(address: EngineAddress): DockerClient {
  // No kept connections: after a restart of the engine they would fail the first calls for nothing.
  const options = { keepAlive: false }
  const isSecure = 'protocol' in address && address.protocol === 'https'
  const agent = isSecure ? new SecureAgent(options) : new PlainAgent(options)
  // What an address lacks must be named all the same: docker-modem would take it from the environment otherwise.
  const unset = { socketPath: undefined, host: undefined, protocol: undefined, username: undefined }
  const certificates = { ca: undefined, cert: undefined, key: undefined, timeout: undefined, pathPrefix: '/' }
  return new Docker({ ...unset, ...certificates, ...address, agent: quiet(agent) } as object) as DockerClient
}

/** A reader for one log stream of this client's engine. */
export const logLinesOf = (docker: DockerClient): LogLines =>
  new LogLines((source, stdout, stderr) => docker.modem.demuxStream(source as never, stdout as never, stderr as never))
