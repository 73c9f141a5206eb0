import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { MAX_REPLICAS } from '#lib/protocol/limits.ts'
import { readFlags, SettingsError } from './flags.ts'

const numberUpTo = (max: number) => {
  const words = `a whole number from 0 to ${max}`
  return z.coerce.number(words).int(words).min(0, words).max(max, words)
}
const port = numberUpTo(65535)
const hostAndPort = z.string().regex(/^[A-Za-z0-9.-]+:[0-9]{1,5}$/, 'like front-door:8080')

const settingsSchema = z.object({
  PORT: port.default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  FRONT_DOOR_PORT: port.default(8080),
  ROBINSCOPE_CLUSTER: z.enum(['auto', 'embedded', 'docker']).default('auto'),
  ROBINSCOPE_PROJECT: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'small letters, digits, - and _, as Compose has it')
    .default('robinscope'),
  ROBINSCOPE_REPLICAS: numberUpTo(MAX_REPLICAS).default(2),
  ROBINSCOPE_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,200}$/, '16 to 200 letters, digits and signs, without spaces')
    .optional(),
  ROBINSCOPE_ALLOWED_HOSTS: z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((host) => host.trim().toLowerCase())
        .filter(Boolean),
    )
    .pipe(z.array(z.string().refine(isAllowedHost, 'name:port, or https://name behind a TLS proxy, parted by commas')))
    .default([]),
  /** Where the engine dials the front door, when that is not its published port: set inside the Compose network. */
  ROBINSCOPE_FRONT_DOOR: hostAndPort.optional(),
  /** Embedded only: "built-in" takes the built-in balancer though an nginx is there. */
  ROBINSCOPE_FRONT_DOOR_KIND: z.enum(['auto', 'nginx', 'built-in']).default('auto'),
  /** "loopback": the ports of deploy/compose.yaml are published on 127.0.0.1 only, whatever HOST says inside the container. */
  ROBINSCOPE_PUBLISHED: z.enum(['loopback']).optional(),
  DOCKER_HOST: z
    .string()
    .regex(/^(unix|npipe|tcp|http|https|ssh):\/\//, 'unix://…, npipe://…, tcp://…, https://… or ssh://…')
    .optional(),
  /** The docker command's own: a folder with ca.pem, cert.pem and key.pem, TLS on any port, and the agent for ssh://. */
  DOCKER_CERT_PATH: z.string().optional(),
  DOCKER_TLS_VERIFY: z.string().optional(),
  SSH_AUTH_SOCK: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

type Raw = z.infer<typeof settingsSchema>
export type Settings = Omit<Raw, 'ROBINSCOPE_TOKEN'> & {
  token: string
  /** Other machines can reach the dashboard, by its bind or through a proxy: then reading needs the token, too. */
  isExposed: boolean
}
export type SettingName = keyof Raw

export const SETTING_NAMES = Object.keys(settingsSchema.shape) as SettingName[]

/** The name that the dashboard has on the control network of deploy/compose.yaml, and nowhere else. */
const COMPOSE_HOST = 'dashboard-control'
/** What these hold may be a secret or have one in it: a password in a URL, a path of keys. */
const NEVER_SHOWN = /^(ROBINSCOPE_TOKEN|DOCKER_|SSH_)/
const SHOWN_CHARACTERS = 60

/**
 * Environment first, then flags of the same name, which win: `--port 3001` is PORT, `--cluster` ROBINSCOPE_CLUSTER.
 * Throws SettingsError, whose message never holds a secret. contract.md, "Settings".
 */
export function readSettings(environment: Record<string, string | undefined>, flags: string[]): Settings {
  const given: Record<string, string> = {}
  for (const name of SETTING_NAMES) {
    const value = environment[name]
    if (value !== undefined && value !== '') given[name] = value
  }
  Object.assign(given, readFlags(flags, SETTING_NAMES))
  const parsed = settingsSchema.safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0])
      return `${name}${shownValue(name, given)}: ${message}`
    })
    throw new SettingsError(`A setting cannot be used. ${lines.join('; ')}. "npm start -- --help" lists them all.`)
  }
  const { ROBINSCOPE_TOKEN, ...settings } = parsed.data
  const isExposed = whetherExposed(settings)
  if (isExposed && (settings.ROBINSCOPE_ALLOWED_HOSTS.length === 0 || ROBINSCOPE_TOKEN === undefined)) {
    const reach = isLoopback(settings.HOST)
      ? 'ROBINSCOPE_ALLOWED_HOSTS holds a name beyond loopback'
      : `HOST=${settings.HOST} is not loopback`
    throw new SettingsError(
      `${reach}: other machines could reach this dashboard. Set ROBINSCOPE_ALLOWED_HOSTS=name:port and ROBINSCOPE_TOKEN=<16 characters or more>, which then everybody needs who opens it, or keep to loopback.`,
    )
  }
  return { ...settings, token: ROBINSCOPE_TOKEN ?? randomBytes(24).toString('base64url'), isExposed }
}

/** `=value`, where it can be no secret and stays on one short line. */
function shownValue(name: string, given: Record<string, string>): string {
  const value = given[name] ?? ''
  const isSecret = NEVER_SHOWN.test(name) || value === given.ROBINSCOPE_TOKEN
  if (isSecret || /[@?]/.test(value)) return ' (its value is not shown)'
  return `=${value.slice(0, SHOWN_CHARACTERS).replace(/[^\x20-\x7e]/g, '?')}`
}

function whetherExposed({
  HOST,
  ROBINSCOPE_PUBLISHED,
  ROBINSCOPE_ALLOWED_HOSTS,
}: Omit<Raw, 'ROBINSCOPE_TOKEN'>): boolean {
  // Anywhere else the switch would open a wide bind to everybody.
  if (ROBINSCOPE_PUBLISHED !== undefined && HOST !== COMPOSE_HOST) {
    throw new SettingsError(
      `ROBINSCOPE_PUBLISHED is for deploy/compose.yaml alone, where HOST is ${COMPOSE_HOST}. Unset it.`,
    )
  }
  const isBoundWider = !isLoopback(HOST) && ROBINSCOPE_PUBLISHED !== 'loopback'
  return isBoundWider || ROBINSCOPE_ALLOWED_HOSTS.some((entry) => !isLoopback(hostOf(entry).replace(/:[0-9]+$/, '')))
}

/** The Host of an entry of ROBINSCOPE_ALLOWED_HOSTS. */
export const hostOf = (entry: string): string => entry.replace(/^https:\/\//, '')

/** RFC 6761 section 6.3, RFC 1122 section 3.2.1.3. */
const isLoopback = (name: string): boolean =>
  /^(([a-z0-9-]+\.)*localhost|127(\.[0-9]{1,3}){3}|::1|\[::1\])$/i.test(name)

function isAllowedHost(entry: string): boolean {
  return (
    /^(https:\/\/)?(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?$/.test(entry) && URL.canParse(`http://${hostOf(entry)}`)
  )
}

/** The settings of this process. */
export const settingsOfProcess = (): Settings => readSettings(process.env, process.argv.slice(2))
