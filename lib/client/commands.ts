import type { Ack } from '#lib/protocol/events.ts'
import type { Burst, BurstEdit, BurstRequest, ClusterSnapshot } from '#lib/protocol/model.ts'

/** What the page can ask of the server. Every promise resolves with an ack and never rejects: no answer in time is a problem too. */
export type Commands = {
  sendBurst: (request: Partial<BurstRequest>) => Promise<Ack<{ id: string }>>
  cancelBurst: (id: string) => Promise<Ack<Burst>>
  editBurst: (id: string, edit: BurstEdit) => Promise<Ack<Burst>>
  scale: (replicas: number) => Promise<Ack<ClusterSnapshot>>
  /** Whether dead backends are taken out of the front door's list at once. */
  followDeaths: (followDeaths: boolean) => Promise<Ack<ClusterSnapshot>>
  /** A dashboard that only watches becomes the one that writes the list. */
  takeOver: () => Promise<Ack<ClusterSnapshot>>
}
