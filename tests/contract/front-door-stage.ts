import { afterAll, afterEach, beforeAll } from 'vitest'
import type { FrontDoor } from '#lib/front-door/front-door.ts'
import { type ConfiguredServer, DEFAULT_POLICY, type Policy } from '#lib/protocol/configuration.ts'
import { type Client, frontDoorClient } from './front-door-client.ts'
import { put } from './listed.ts'
import { answersItsName, type Manners, type ScriptedBackend, startBackend } from './scripted-backend.ts'

export type OpenFrontDoor = () => Promise<{ door: FrontDoor; close: () => Promise<void> }>

export type Stage = {
  readonly door: FrontDoor
  /** Puts servers in force; resolves with the generation. */
  put(servers: ConfiguredServer[], policy?: Policy): Promise<string>
  /** Keeps one connection. */
  readonly client: Client
  /** Of this test, by name: a, b, c… */
  readonly backends: ScriptedBackend[]
  /** Starts one backend for each of these and gives their addresses. */
  start(manners: Manners[]): Promise<string[]>
  startGood(count: number): Promise<string[]>
}

export const QUICK: Policy = { ...DEFAULT_POLICY, readTimeoutMs: 300 }

/** One front door for a whole suite; each test brings its backends, which end with it. */
export function setStage(open: OpenFrontDoor): Stage {
  let opened: { door: FrontDoor; client: Client; close: () => Promise<void> } | null = null
  let backends: ScriptedBackend[] = []

  const onStage = (): { door: FrontDoor; client: Client } => {
    if (!opened) throw new Error('The front door is open within tests only')
    return opened
  }
  const start = async (manners: Manners[]): Promise<string[]> => {
    backends = await Promise.all(manners.map((manner, index) => startBackend('abcdefgh'[index] ?? '?', manner)))
    return backends.map((backend) => backend.address)
  }

  beforeAll(async () => {
    const { door, close } = await open()
    opened = { door, close, client: frontDoorClient(door.target()) }
  })
  afterEach(async () => {
    if (opened) await put(opened.door, [])
    await Promise.all(backends.map((backend) => backend.close()))
    backends = []
  })
  afterAll(async () => {
    opened?.client.close()
    await opened?.close()
  })

  return {
    get door() {
      return onStage().door
    },
    get client() {
      return onStage().client
    },
    get backends() {
      return backends
    },
    put: (servers, policy) => put(onStage().door, servers, policy),
    start,
    startGood: (count) => start(Array.from({ length: count }, () => answersItsName)),
  }
}
