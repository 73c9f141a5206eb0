'use client'

import { Button } from '#components/ui/button.tsx'
import { scaleProblemText } from './scale-problem-text.ts'
import type { ReplicasHandle } from './use-replicas.ts'

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
