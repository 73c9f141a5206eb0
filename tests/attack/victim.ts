import { afterAll, beforeAll, expect } from 'vitest'
import type { ClusterSnapshot } from '#lib/protocol/model.ts'
import { type Product, startProduct } from '../product.ts'
import { type EngineRecorder, openEngineRecorder } from './engine-recorder.ts'

/** What an attack needs to know. */
export type Aim = {
  product: () => Product
  port: () => number
  /** Loopback host and port, as a browser on this machine names it. */
  host: () => string
}

/** The running product that attacks aim at, and proof that none of them changed it. */
export type Victim = Aim & {
  /** Between the product and a Docker engine. */
  recorder: () => EngineRecorder
  /** From here on: fails `expectUntouched` unless replicas, backends and bursts stay as they are now. */
  remember: () => Promise<void>
  /** Fails unless all is as remembered, no call reached the engine, and nothing went wrong inside. */
  expectUntouched: () => Promise<void>
}

const essence = ({ replicas, followDeaths, backends }: ClusterSnapshot): unknown => ({
  ...{ replicas, followDeaths },
  backends: backends.map(({ backend, status, wanted }) => ({ backend, status, wanted })),
})
const WENT_WRONG = /unexpected-error|uncaught|unhandled/i

/** `start` gives the product and the recorder; without it, an embedded cluster whose engine nobody may call. */
export function aVictim(
  start: () => Promise<{ product: Product; recorder: EngineRecorder }> = () => startEmbedded(),
): Victim {
  let product: Product
  let recorder: EngineRecorder
  let before: unknown
  const now = async (): Promise<unknown> => ({
    cluster: essence(await product.api.cluster()),
    bursts: (await product.api.bursts()).length,
  })
  const remember = async (): Promise<void> => {
    recorder.forget()
    before = await now()
  }
  beforeAll(async () => {
    const started = await start()
    product = started.product
    recorder = started.recorder
    await remember()
  }, 240_000)
  afterAll(async () => {
    await product?.stop()
    await recorder?.close()
  })
  return {
    product: () => product,
    port: () => product.port,
    host: () => `localhost:${product.port}`,
    recorder: () => recorder,
    remember,
    expectUntouched: async () => {
      expect(await now()).toEqual(before)
      expect(recorder.acts()).toEqual([])
      expect(recorder.pries()).toEqual([])
      expect(product.output()).not.toMatch(WENT_WRONG)
    },
  }
}

/** An embedded cluster whose engine nobody may call. */
export async function startEmbedded(
  env: Record<string, string> = {},
): Promise<{ product: Product; recorder: EngineRecorder }> {
  const recorder = await openEngineRecorder(null)
  const product = await startProduct({ env: { ...env, DOCKER_HOST: recorder.dockerHost } })
  return { product, recorder }
}
