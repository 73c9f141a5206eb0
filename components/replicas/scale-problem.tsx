'use client'

import { Button } from '#components/ui/button.tsx'
import type { Problem } from '#lib/protocol/problem.ts'
import type { ReplicasHandle } from './use-replicas.ts'

/** Where the last scale stopped and why, in one sentence. */
export function scaleProblemText({ detail, stage, cause }: Problem): string {
  const why = cause && !detail.includes(cause.replace(/\.$/, '')) ? cause.replace(/\.$/, '') : undefined
  const stop = stage ? `It stopped at "${stage}"${why ? `: ${why}` : ''}.` : why ? `Cause: ${why}.` : ''
  return [detail, stop].filter(Boolean).join(' ')
}

/** Why the last target was not reached, until it is dismissed or a new one is set. */
export function ScaleProblem({ replicas }: { replicas: ReplicasHandle }) {
  if (!replicas.problem) return null
  return (
    <div
      className="mx-4 mt-1.5 flex items-start gap-3 rounded-md border border-failed px-3 py-1.5 text-xs"
      role="alert"
    >
      <p className="flex-1">
        <span className="font-semibold text-failed">✕ {replicas.problem.title}. </span>
        {scaleProblemText(replicas.problem)}
      </p>
      <Button look="link" onClick={replicas.dismiss}>
        Dismiss
      </Button>
    </div>
  )
}
