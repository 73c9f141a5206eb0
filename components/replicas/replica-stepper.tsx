'use client'

import { LoaderCircle, Minus, Plus } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import { cx } from '#components/ui/class-names.ts'
import { readNumber } from '#components/ui/number-text.ts'
import { MAX_REPLICAS } from '#lib/protocol/limits.ts'
import type { ReplicasHandle } from './use-replicas.ts'

const BOUNDS = { min: 0, max: MAX_REPLICAS, whole: true } as const

/** How many backends are wanted: one more, one fewer, or typed. A number that is out of bounds stays in the field and is refused there. */
export function ReplicaStepper({ replicas }: { replicas: ReplicasHandle }) {
  const { wanted, pending, locked, set, step } = replicas
  const [typed, setTyped] = useState<string | null>(null)
  const [error, setError] = useState<string | null>(null)
  const id = useId()
  const type = (text: string | null) => {
    setTyped(text)
    setError(null)
  }
  const commit = () => {
    if (typed === null || typed.trim() === '') return type(null)
    const read = readNumber(typed, BOUNDS)
    if (typeof read === 'string') return setError(read)
    type(null)
    set(read)
  }
  const stepBy = (by: number) => {
    type(null)
    step(by)
  }
  const handleKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') commit()
    else if (event.key === 'Escape') type(null)
    else if (event.key === 'ArrowUp') stepBy(1)
    else if (event.key === 'ArrowDown') stepBy(-1)
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
      {error && (
        <span className="text-failed text-xs" id={`${id}-error`} role="alert">
          {error}
        </span>
      )}
      <label className="font-semibold text-muted text-xs" htmlFor={id}>
        Replicas
      </label>
      <div
        className={cx(
          'num inline-flex items-stretch overflow-clip rounded-md border',
          error ? 'border-failed' : 'border-edge',
        )}
        title={locked ?? undefined}
      >
        <StepButton
          disabled={locked !== null || wanted === null || wanted <= 0}
          label="Remove a replica"
          onPress={() => stepBy(-1)}
        >
          <Minus aria-hidden="true" size={13} />
        </StepButton>
        <input
          aria-describedby={error ? `${id}-error` : undefined}
          aria-invalid={error ? true : undefined}
          aria-valuemax={MAX_REPLICAS}
          aria-valuemin={0}
          aria-valuenow={wanted ?? 0}
          autoComplete="off"
          className="target w-9 bg-transparent text-center -outline-offset-2 read-only:text-muted"
          id={id}
          inputMode="numeric"
          onBlur={commit}
          onChange={(event) => type(event.target.value)}
          onFocus={(event) => event.target.select()}
          onKeyDown={handleKeyDown}
          readOnly={locked !== null}
          role="spinbutton"
          value={typed ?? wanted ?? '–'}
        />
        <StepButton
          disabled={locked !== null || wanted === null || wanted >= MAX_REPLICAS}
          label="Add a replica"
          onPress={() => stepBy(1)}
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
