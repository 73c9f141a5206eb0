import { afterAll, beforeAll, expect } from 'vitest'
import type { ClusterSnapshot } from '#lib/protocol/model.ts'
import { type Product, startProduct } from '../product.ts'

/** The running product that a file of attacks aims at, and proof that none of them changed it. */
export type Victim = {
  product: () => Product
  port: () => number
  /** Loopback host and port, as a browser on this machine names it. */
  host: () => string
  /** Fails unless replicas, backends and bursts are what they were at the start. */
  expectUntouched: () => Promise<void>
}

const essence = ({ replicas, backends }: ClusterSnapshot): unknown => ({
  replicas,
  backends: backends.map(({ backend, status, wanted }) => ({ backend, status, wanted })),
})

export function aVictim(): Victim {
  let product: Product
  let before: unknown
  beforeAll(async () => {
    product = await startProduct()
    before = { cluster: essence(await product.api.cluster()), bursts: (await product.api.bursts()).length }
  })
  afterAll(() => product.stop())
  return {
    product: () => product,
    port: () => product.port,
    host: () => `localhost:${product.port}`,
    expectUntouched: async () => {
      const { api } = product
      expect({ cluster: essence(await api.cluster()), bursts: (await api.bursts()).length }).toEqual(before)
    },
  }
}
