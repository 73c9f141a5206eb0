'use client'

import { useRef, useState } from 'react'
import { useCommands, usePage } from '#lib/client/use-page.ts'
import { MAX_REPLICAS } from '#lib/protocol/limits.ts'
import type { Problem } from '#lib/protocol/problem.ts'

export type ReplicasHandle = {
  /** What is wanted: the newest target from here while it is under way, else the cluster's. Null while unknown. */
  wanted: number | null
  /** A scale is under way, from this page or another. */
  pending: boolean
  /** Why the last target was not reached. */
  problem: Problem | null
  /** Why the stepper is at rest; null when it works. */
  locked: string | null
  set: (replicas: number) => void
  step: (by: number) => void
  dismiss: () => void
}

/** The state of the stepper, apart from its look: the keys + and - step it too. The newest target wins. */
export function useReplicas(): ReplicasHandle {
  const commands = useCommands()
  const replicas = usePage((state) => state.cluster?.replicas ?? null)
  const scaling = usePage((state) => state.cluster?.scaling ?? false)
  const locked = usePage((state) => {
    if (state.link.state !== 'live') return 'not connected'
    const trouble = state.cluster?.trouble
    if (trouble?.code === 'engine-gone' || trouble?.code === 'read-only') return trouble.detail
    return state.cluster?.can.scale === false ? 'this cluster cannot be scaled from here' : null
  })
  const [target, setTarget] = useState<number | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const newest = useRef(0)
  const wanted = target ?? replicas

  const set = async (next: number) => {
    // The number that is there may be asked for again: the cluster then makes sure of it. One that is under way may not.
    if (locked || wanted === null || next === target || next < 0 || next > MAX_REPLICAS) return
    const command = ++newest.current
    setTarget(next)
    setProblem(null)
    const ack = await commands.scale(next)
    if (command !== newest.current) return
    setTarget(null)
    if (!ack.ok && ack.problem.code !== 'superseded') setProblem(ack.problem)
  }
  const step = (by: number) => {
    if (wanted === null) return
    const next = Math.min(MAX_REPLICAS, Math.max(0, wanted + by))
    if (next !== wanted) set(next)
  }
  return {
    ...{ wanted, problem, locked, set, step },
    pending: target !== null || scaling,
    dismiss: () => setProblem(null),
  }
}
