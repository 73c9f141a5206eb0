'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { Button } from '#components/ui/button.tsx'
import { Tooltip } from '#components/ui/tooltip.tsx'
import { chooseTheme, type ThemeChoice, useThemeChoice } from './theme.ts'

const NEXT = { system: 'light', light: 'dark', dark: 'system' } as const satisfies Record<ThemeChoice, ThemeChoice>
const ICONS = { system: Monitor, light: Sun, dark: Moon } as const

/** Steps through system, light and dark; which one is on is said in its description. */
export function ThemeButton() {
  const choice = useThemeChoice()
  const Icon = ICONS[choice]
  return (
    <Tooltip text={`Theme: ${choice}. Switch to ${NEXT[choice]}.`}>
      <Button
        aria-description={`now ${choice}`}
        aria-label="Theme"
        look="icon"
        onClick={() => chooseTheme(NEXT[choice])}
      >
        <Icon aria-hidden="true" size={14} />
      </Button>
    </Tooltip>
  )
}
