'use client'

import { LoaderCircle, Minus, Plus } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import { MAX_REPLICAS } from '#lib/protocol/limits.ts'
import type { ReplicasHandle } from './use-replicas.ts'

/** How many backends are wanted: one more, one less, or typed. */
export function ReplicaStepper({ replicas }: { replicas: ReplicasHandle }) {
  const { wanted, pending, locked, set, step } = replicas
  const [typed, setTyped] = useState<string | null>(null)
  const id = useId()
  const commit = () => {
    if (typed !== null && /^\d{1,2}$/.test(typed.trim())) set(Math.min(MAX_REPLICAS, Number(typed)))
    setTyped(null)
  }
  const handleKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') commit()
    else if (event.key === 'Escape') setTyped(null)
    else if (event.key === 'ArrowUp') step(1)
    else if (event.key === 'ArrowDown') step(-1)
    else return
    event.preventDefault()
  }
  return (
    <div className="flex items-center gap-2.5">
      {pending && (
        <span className="flex items-center gap-1.5 text-muted text-xs">
          <LoaderCircle aria-hidden="true" className="animate-spin motion-reduce:animate-none" size={12} />
          scaling
        </span>
      )}
      <label className="font-semibold text-muted text-xs" htmlFor={id}>
        Replicas
      </label>
      <div
        className="num inline-flex items-stretch overflow-clip rounded-md border border-edge"
        title={locked ?? undefined}
      >
        <StepButton
          disabled={locked !== null || wanted === null || wanted <= 0}
          label="Remove a replica"
          onPress={() => step(-1)}
        >
          <Minus aria-hidden="true" size={13} />
        </StepButton>
        <input
          aria-valuemax={MAX_REPLICAS}
          aria-valuemin={0}
          aria-valuenow={wanted ?? 0}
          autoComplete="off"
          className="target w-9 bg-transparent text-center -outline-offset-2 read-only:text-muted"
          id={id}
          inputMode="numeric"
          onBlur={commit}
          onChange={(event) => setTyped(event.target.value)}
          onFocus={(event) => event.target.select()}
          onKeyDown={handleKeyDown}
          readOnly={locked !== null}
          role="spinbutton"
          value={typed ?? wanted ?? '–'}
        />
        <StepButton
          disabled={locked !== null || wanted === null || wanted >= MAX_REPLICAS}
          label="Add a replica"
          onPress={() => step(1)}
        >
          <Plus aria-hidden="true" size={13} />
        </StepButton>
      </div>
    </div>
  )
}

type StepButtonProps = { label: string; disabled: boolean; onPress: () => void; children: ReactNode }

function StepButton({ label, disabled, onPress, children }: StepButtonProps) {
  return (
    <button
      aria-disabled={disabled}
      aria-label={label}
      className="target grid min-h-6 w-8 place-items-center -outline-offset-2 hover:bg-raise aria-disabled:cursor-default aria-disabled:opacity-40"
      onClick={() => {
        if (!disabled) onPress()
      }}
      type="button"
    >
      {children}
    </button>
  )
}
