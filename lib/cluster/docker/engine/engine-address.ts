import { existsSync, readFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'

/** What the docker command reads from the environment; lib/config reads it here. */
export type EngineAccess = {
  /** DOCKER_HOST; undefined for the default socket. */
  dockerHost?: string | undefined
  /** DOCKER_CERT_PATH: a folder with ca.pem, cert.pem and key.pem. */
  certPath?: string | undefined
  /** DOCKER_TLS_VERIFY is set: TLS on any port. Certificates are verified wherever TLS is spoken. */
  tls?: boolean | undefined
  /** SSH_AUTH_SOCK, for ssh://. */
  sshAgent?: string | undefined
}

type Certificates = { ca?: Buffer; cert?: Buffer; key?: Buffer }
/** Where an engine listens, as docker-modem's options name it. */
export type EngineAddress =
  | { socketPath: string }
  | ({ protocol: 'http' | 'https'; host: string; port: number } & Certificates)
  | { protocol: 'ssh'; host: string; port: number; username: string; sshOptions: { agent: string | undefined } }

const FORMS = 'unix:///path, npipe:////./pipe/name, tcp://host:port, https://host:port or ssh://user@host'
const SYSTEM_SOCKET = '/var/run/docker.sock'
const WINDOWS_PIPE = '//./pipe/docker_engine'
const PLAIN_PORT = 2375
const TLS_PORT = 2376
const SSH_PORT = 22

/** Docker Desktop on Linux and macOS may put its socket in the home folder only. */
function defaultSocket(): string {
  if (process.platform === 'win32') return WINDOWS_PIPE
  const inHome = join(homedir(), '.docker', 'run', 'docker.sock')
  return !existsSync(SYSTEM_SOCKET) && existsSync(inHome) ? inHome : SYSTEM_SOCKET
}

/**
 * Reads DOCKER_HOST and its companions as the docker command does. docker-modem would read them from the environment itself, and miss
 * what was set by a flag. Throws an Error that names the forms, or the certificate that cannot be read.
 */
export function engineAddress({ dockerHost, certPath, tls, sshAgent }: EngineAccess = {}): EngineAddress {
  if (dockerHost === undefined || dockerHost === '') return { socketPath: defaultSocket() }
  const [, scheme, rest = ''] = /^(unix|npipe|tcp|http|https|ssh):\/\/(.*)$/.exec(dockerHost) ?? []
  if (scheme === 'unix' || scheme === 'npipe') return { socketPath: rest || defaultSocket() }
  // Not by the scheme of its own: a URL of a known scheme leaves out the port that is usual for it.
  if (scheme === undefined || !URL.canParse(`tcp://${rest}`) || new URL(`tcp://${rest}`).hostname === '') {
    // Its value may hold a password.
    throw new Error(`DOCKER_HOST is none of ${FORMS}`)
  }
  const { hostname: host, port, username } = new URL(`tcp://${rest}`)
  if (scheme === 'ssh') {
    const user = decodeURIComponent(username) || userInfo().username
    return { protocol: 'ssh', host, port: Number(port) || SSH_PORT, username: user, sshOptions: { agent: sshAgent } }
  }
  const isSecure = scheme === 'https' || tls === true || Number(port) === TLS_PORT
  if (!isSecure) return { protocol: 'http', host, port: Number(port) || PLAIN_PORT }
  return { protocol: 'https', host, port: Number(port) || TLS_PORT, ...certificatesIn(certPath) }
}

/** The engine's host as the network knows it; null for one behind a socket of this machine. */
export const engineHost = (address: EngineAddress): string | null => ('host' in address ? address.host : null)

export const addressWords = (address: EngineAddress): string =>
  'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`

function certificatesIn(folder: string | undefined): Certificates {
  if (folder === undefined || folder === '') return {}
  const read = (name: string): Buffer => {
    try {
      return readFileSync(join(folder, name))
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error)
      throw new Error(`DOCKER_CERT_PATH is "${folder}", where ${name} cannot be read (${code})`)
    }
  }
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') }
}
