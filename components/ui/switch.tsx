import { type ReactNode, useId } from 'react'

type SwitchProps = {
  label: ReactNode
  checked: boolean
  onCheckedChange: (checked: boolean) => void
  disabled?: boolean
}

/**
 * On or off, by a native checkbox: Base UI's switch renders a hidden input with a style attribute on the server,
 * which the content security policy refuses.
 */
export function Switch({ label, checked, onCheckedChange, disabled = false }: SwitchProps) {
  const id = useId()
  return (
    <div className="flex min-h-8 items-center justify-between gap-3">
      <label className="text-muted" htmlFor={id}>
        {label}
      </label>
      <span className="target inline-flex items-center justify-end">
        <span className="relative inline-flex h-5 w-9">
          <input
            aria-checked={checked}
            checked={checked}
            className="peer size-full cursor-pointer appearance-none rounded-full border border-edge bg-raise checked:border-act checked:bg-act disabled:cursor-default disabled:opacity-45"
            disabled={disabled}
            id={id}
            onChange={(event) => onCheckedChange(event.target.checked)}
            role="switch"
            type="checkbox"
          />
          <span className="pointer-events-none absolute top-1 left-1 size-3 rounded-full bg-edge transition-transform motion-reduce:transition-none peer-checked:translate-x-4 peer-checked:bg-ink" />
        </span>
      </span>
    </div>
  )
}
