import { cx } from './class-names.ts'

type ChoiceProps<Value extends string> = {
  label: string
  options: readonly { value: Value; text: string; hint?: string }[]
  chosen: Value | null
  onChoose: (value: Value) => void
  disabled?: boolean
}

/** A row of buttons of which at most one is pressed. */
export function Choice<Value extends string>({
  label,
  options,
  chosen,
  onChoose,
  disabled = false,
}: ChoiceProps<Value>) {
  return (
    <fieldset className="num flex overflow-clip rounded-md border border-edge text-xs" disabled={disabled}>
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <button
          aria-pressed={option.value === chosen}
          className={cx(
            'target flex-auto border-line max-tiny:whitespace-normal whitespace-nowrap border-l px-1.5 py-1 first:border-0 -outline-offset-2 hover:bg-raise disabled:opacity-45',
            option.value === chosen ? 'bg-raise text-text shadow-[inset_0_-2px_var(--edge)]' : 'text-muted',
          )}
          key={option.value}
          onClick={() => onChoose(option.value)}
          title={option.hint}
          type="button"
        >
          {option.text}
        </button>
      ))}
    </fieldset>
  )
}
