import { get } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster, ClusterNote, Target } from '#lib/cluster/cluster.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { until } from '#tests/until.ts'
import { controlContract } from './cluster-control.ts'

export type OpenCluster = {
  cluster: Cluster
  /** Ends the backend without telling the cluster: what `kill -9` or `docker kill` does. */
  killFromOutside: (backend: string) => Promise<void>
  close: () => Promise<void>
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'reached',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : String(error)),
  )

/** One request on a connection of its own: a kept one gets one more answer by the list before a reload. */
function ask({ host, port }: Target): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = get({ host, port, agent: false }, async (response) => {
      resolve({ status: response.statusCode ?? 0, text: await readText(response) })
    })
    request.on('error', reject)
  })
}

/** What every cluster promises, whichever way it came to be. `open` gives one with two backends. */
export function clusterContract(open: () => Promise<OpenCluster>): void {
  let opened: OpenCluster
  let cluster: Cluster
  const notes: ClusterNote[] = []

  beforeAll(async () => {
    opened = await open()
    cluster = opened.cluster
    cluster.subscribe({ noted: (note) => notes.push(note) })
  })
  afterAll(() => opened?.close())

  /** The hostnames that `count` requests one after the other are answered with. */
  const answers = async (count: number): Promise<string[]> => {
    const hosts: string[] = []
    for (let left = count; left > 0; left--) hosts.push((await ask(cluster.target())).text.trim())
    return hosts
  }
  const keys = () => cluster.snapshot().backends.map(({ backend }) => backend)

  describe('a cluster', () => {
    it('shows its two backends, up and listed, each with a number and 12 hex digits', async () => {
      await until('two are up', () => cluster.snapshot().backends.every(({ status }) => status === 'up'))
      const { backends, replicas, trouble, frontDoor } = cluster.snapshot()
      expect(replicas).toBe(2)
      expect(trouble).toBeNull()
      expect(frontDoor).toMatchObject({ status: 'up', algorithm: 'round robin' })
      expect(backends.map(({ number }) => number)).toEqual([1, 2])
      for (const one of backends) {
        expect(one.backend).toMatch(/^[0-9a-f]{12}$/)
        expect(one).toMatchObject({ wanted: 'up', status: 'up', listed: true })
        expect(cluster.backendAt(one.address ?? '')).toBe(one.backend)
      }
    })

    it('lets its backends take turns', async () => {
      const seen = await answers(20)
      expect(new Set(seen)).toEqual(new Set(keys()))
      expect(seen.every((host, index) => index === 0 || host !== seen[index - 1])).toBe(true)
    })

    controlContract(() => cluster)

    it('scaled up answers from all of them as soon as the call resolves', async () => {
      const snapshot = await cluster.scale(5)
      expect(snapshot.backends.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5])
      expect(new Set(await answers(5))).toEqual(new Set(keys()))
      const servers = cluster.configurationOf(snapshot.frontDoor.generation ?? '')?.servers
      expect(servers?.map(({ backend }) => backend)).toEqual(keys())
      expect(servers?.every(({ state, weight }) => state === 'in' && weight === 1)).toBe(true)
    })

    it('scaled down keeps the lowest numbers and drops nobody who asks meanwhile', async () => {
      let isScaling = true
      const asking = (async () => {
        let asked = 0
        while (isScaling) asked += (await answers(5)).filter((host) => /^[0-9a-f]{12}$/.test(host)).length
        return asked
      })()
      const snapshot = await cluster.scale(2)
      isScaling = false
      expect(await asking).toBeGreaterThan(0)
      expect(snapshot.backends.map(({ number }) => number)).toEqual([1, 2])
      expect(new Set(await answers(10))).toEqual(new Set(keys()))
    })

    it('takes back at once what still drains: the same backends, and nothing is stopped', async () => {
      await cluster.scale(4)
      const before = keys()
      const down = codeOf(cluster.scale(2))
      await until(
        'two are out of the list',
        () => cluster.snapshot().backends.filter(({ listed }) => listed).length === 2,
      )
      await cluster.scale(4)
      expect(await down).toBe('superseded')
      expect(keys()).toEqual(before)
      expect(new Set(await answers(8))).toEqual(new Set(before))
      await cluster.scale(2)
    })

    it('notes who joins and leaves where the list changes, once each', async () => {
      notes.length = 0
      const { backends } = await cluster.scale(3)
      const third = backends[2]?.backend ?? ''
      await cluster.scale(2)
      await until('it is noted', () => notes.some(({ kind }) => kind === 'left'))
      const ofThird = notes.filter(({ backend }) => backend === third).map(({ kind }) => kind)
      expect(ofThird).toEqual(['joined', 'left'])
    })

    it('commanded several times at once ends at the newest target, and each caller gets an answer', async () => {
      const codes = await Promise.all([4, 1, 3].map((replicas) => codeOf(cluster.scale(replicas))))
      expect(codes).toEqual(['superseded', 'superseded', 'reached'])
      expect(cluster.snapshot()).toMatchObject({ replicas: 3, scaling: false })
      expect(new Set(await answers(6))).toEqual(new Set(keys()))
    })

    it('shows a backend that was killed from outside as down, leaves it listed, and answers on', async () => {
      const [victim = ''] = keys()
      await opened.killFromOutside(victim)
      await until(
        'it is shown as down',
        () => cluster.snapshot().backends.find(({ backend }) => backend === victim)?.status === 'down',
      )
      expect(cluster.snapshot().backends.find(({ backend }) => backend === victim)).toMatchObject({ listed: true })
      expect(notes.some(({ kind, backend }) => kind === 'down' && backend === victim)).toBe(true)
      const seen = await answers(6)
      expect(seen).not.toContain(victim)
      expect(new Set(seen).size).toBe(2)
    })

    it('without a backend says so itself, and comes back', async () => {
      await cluster.scale(0)
      expect(keys()).toEqual([])
      expect((await ask(cluster.target())).status).toBe(502)
      await cluster.scale(2)
      expect(new Set(await answers(4))).toEqual(new Set(keys()))
    })

    it('closed twice is closed once', async () => {
      await Promise.all([opened.close(), opened.close()])
    })
  })
}
