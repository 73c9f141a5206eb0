import { z } from 'zod'
import { MADE_BY, MADE_BY_LABEL, NUMBER_LABEL, ONE_OFF_LABEL, SERVICE_LABEL } from '#lib/compose/project-profile.ts'

/** The only form of an id that may reach the engine: dockerode puts it into the path as it is. */
export const containerIdSchema = z.string().regex(/^[0-9a-f]{64}$/)

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'

/** One container of the project, as GET /containers/json shows it: picked field by field, nothing else is kept. */
export type Container = {
  id: string
  name: string
  service: string
  number: number
  /** Robinscope made it, not Compose. */
  isClone: boolean
  state: ContainerState
  createdAtMs: number
  /** Network name -> IPv4 address; empty while the container does not run. */
  addresses: Record<string, string>
  /** Published TCP ports: inside -> on the host's loopback. */
  published: { inside: number; outside: number; ip: string }[]
}

const listedSchema = z.object({
  Id: containerIdSchema,
  Names: z.array(z.string()).default([]),
  Labels: z.record(z.string(), z.string()).nullish(),
  State: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']).catch('dead'),
  Created: z.number().catch(0),
  NetworkSettings: z
    .object({
      Networks: z.record(z.string(), z.object({ IPAddress: z.string().catch('') })).nullish(),
    })
    .nullish(),
  Ports: z
    .array(
      z.object({
        PrivatePort: z.number(),
        PublicPort: z.number().optional(),
        IP: z.string().optional(),
        Type: z.string(),
      }),
    )
    .nullish(),
})

/** One row of GET /containers/json; null when it is not one of a Compose service's lasting containers (`oneoff=False`). */
export function readListed(row: unknown): Container | null {
  const parsed = listedSchema.safeParse(row)
  if (!parsed.success) return null
  const { Id, Names, Labels, State, Created, NetworkSettings, Ports } = parsed.data
  const service = Labels?.[SERVICE_LABEL]
  const number = Number(Labels?.[NUMBER_LABEL])
  if (!service || !Number.isSafeInteger(number) || number < 1 || Labels?.[ONE_OFF_LABEL] === 'True') return null
  const networks = Object.entries(NetworkSettings?.Networks ?? {})
  return {
    id: Id,
    name: (Names[0] ?? '').replace(/^\//, ''),
    service,
    number,
    isClone: Labels?.[MADE_BY_LABEL] === MADE_BY,
    state: State,
    createdAtMs: Created * 1000,
    addresses: Object.fromEntries(networks.map(([name, { IPAddress }]) => [name, IPAddress])),
    published: (Ports ?? []).flatMap(({ PrivatePort, PublicPort, IP, Type }) =>
      Type === 'tcp' && PublicPort ? [{ inside: PrivatePort, outside: PublicPort, ip: IP ?? '0.0.0.0' }] : [],
    ),
  }
}

const inspectedSchema = z.object({
  Id: containerIdSchema,
  State: z.object({
    StartedAt: z.string(),
    FinishedAt: z.string(),
    ExitCode: z.int().catch(0),
    Status: z.string(),
  }),
})

/** When a container's present life began and its last one ended (points in time as Docker writes them), and how. */
export type Life = { startedAt: string; finishedAt: string; exitCode: number; status: string }

/** GET /containers/{id}/json, of which only this is kept. Throws a ZodError when it is something else. */
export function readLife(inspected: unknown): Life {
  const { State } = inspectedSchema.parse(inspected)
  return { startedAt: State.StartedAt, finishedAt: State.FinishedAt, exitCode: State.ExitCode, status: State.Status }
}
