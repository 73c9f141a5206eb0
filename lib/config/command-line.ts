/** What follows the script's name on this process's command line. */
export const wordsOfProcess = (): string[] => process.argv.slice(2)

export const tokenOfEnvironment = (): string | undefined => process.env.ROBINSCOPE_TOKEN
