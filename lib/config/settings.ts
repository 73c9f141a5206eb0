import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { MAX_REPLICAS } from '#lib/protocol/limits.ts'

const port = z.coerce.number().int().min(0).max(65535)
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
  ROBINSCOPE_REPLICAS: z.coerce.number().int().min(0).max(MAX_REPLICAS).default(2),
  ROBINSCOPE_TOKEN: z.string().min(16, 'at least 16 characters').max(200).optional(),
  ROBINSCOPE_ALLOWED_HOSTS: z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((host) => host.trim().toLowerCase())
        .filter(Boolean),
    )
    .pipe(z.array(z.string().regex(/^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?$/, 'host:port, parted by commas')))
    .default([]),
  /** Where the engine dials the front door, when that is not its published port: set inside the Compose network. */
  ROBINSCOPE_FRONT_DOOR: hostAndPort.optional(),
  /** Embedded only: "built-in" takes the built-in balancer though an nginx is there. */
  ROBINSCOPE_FRONT_DOOR_KIND: z.enum(['auto', 'nginx', 'built-in']).default('auto'),
  /** "loopback": Compose publishes this port on 127.0.0.1 only, whatever HOST says inside the container. */
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
export type Settings = Omit<Raw, 'ROBINSCOPE_TOKEN'> & { token: string; loopbackOnly: boolean }

const NAMES = Object.keys(settingsSchema.shape) as (keyof Raw)[]
const flagOf = (name: string) =>
  name
    .replace(/^ROBINSCOPE_/, '')
    .toLowerCase()
    .replaceAll('_', '-')
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1'])

/** A setting that cannot be used: the message says which, why, and what to do. */
export class SettingsError extends Error {}

/**
 * Environment first, then flags of the same name, which win: `--port 3001` is PORT, `--cluster` ROBINSCOPE_CLUSTER.
 * Throws SettingsError. contract.md, "Settings".
 */
export function readSettings(environment: Record<string, string | undefined>, flags: string[]): Settings {
  const given: Record<string, string> = {}
  for (const name of NAMES) {
    const value = environment[name]
    if (value !== undefined && value !== '') given[name] = value
  }
  Object.assign(given, readFlags(flags))
  const parsed = settingsSchema.safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      (issue) => `${issue.path.join('.')}=${given[String(issue.path[0])] ?? ''}: ${issue.message}`,
    )
    throw new SettingsError(`A setting cannot be used. ${lines.join('; ')}. The README lists them all.`)
  }
  const { ROBINSCOPE_TOKEN, ...settings } = parsed.data
  const loopbackOnly = LOOPBACK.has(settings.HOST)
  const exposed = !loopbackOnly && settings.ROBINSCOPE_PUBLISHED !== 'loopback'
  if (exposed && (settings.ROBINSCOPE_ALLOWED_HOSTS.length === 0 || ROBINSCOPE_TOKEN === undefined)) {
    throw new SettingsError(
      `HOST=${settings.HOST} is not loopback: everybody on the network could reach this dashboard. Set ROBINSCOPE_ALLOWED_HOSTS=name:port and ROBINSCOPE_TOKEN=<16 characters or more>, or leave HOST at 127.0.0.1.`,
    )
  }
  return { ...settings, token: ROBINSCOPE_TOKEN ?? randomBytes(24).toString('base64url'), loopbackOnly }
}

function readFlags(flags: string[]): Record<string, string> {
  const options = Object.fromEntries(NAMES.map((name) => [flagOf(name), { type: 'string' as const }]))
  try {
    const { values } = parseArgs({ args: flags, options, strict: true, allowPositionals: false })
    return Object.fromEntries(
      NAMES.flatMap((name) => {
        const value = values[flagOf(name)]
        return typeof value === 'string' ? [[name, value]] : []
      }),
    )
  } catch (error) {
    throw new SettingsError(
      `${error instanceof Error ? error.message : String(error)}. Flags are ${NAMES.map((name) => `--${flagOf(name)}`).join(', ')}.`,
    )
  }
}

/** The settings of this process. */
export const settingsOfProcess = (): Settings => readSettings(process.env, process.argv.slice(2))
