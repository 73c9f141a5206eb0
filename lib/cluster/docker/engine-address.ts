import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where an engine listens, and how people would say it. */
export type EngineAddress = { socketPath: string } | { host: string; port: number }

const SYSTEM_SOCKET = '/var/run/docker.sock'
const WINDOWS_PIPE = '//./pipe/docker_engine'

/** Docker Desktop on Linux and macOS may put its socket in the home folder only. */
function defaultSocket(): string {
  if (process.platform === 'win32') return WINDOWS_PIPE
  const inHome = join(homedir(), '.docker', 'run', 'docker.sock')
  return !existsSync(SYSTEM_SOCKET) && existsSync(inHome) ? inHome : SYSTEM_SOCKET
}

/**
 * Reads DOCKER_HOST (unix://, npipe://, tcp://, http://) as the docker command does; undefined means the default socket.
 * Throws an Error that names the forms when it is none of them.
 */
export function engineAddress(dockerHost: string | undefined): EngineAddress {
  if (dockerHost === undefined || dockerHost === '') return { socketPath: defaultSocket() }
  const [, scheme, rest] = /^(unix|npipe|tcp|http|https):\/\/(.*)$/.exec(dockerHost) ?? []
  if (scheme === 'unix' || scheme === 'npipe') return { socketPath: rest || defaultSocket() }
  if (scheme !== undefined && URL.canParse(`http://${rest}`)) {
    const { hostname, port } = new URL(`http://${rest}`)
    return { host: hostname, port: Number(port) || 2375 }
  }
  throw new Error(`DOCKER_HOST is "${dockerHost}", which is none of unix:///path and tcp://host:port`)
}

export const addressWords = (address: EngineAddress): string =>
  'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`
