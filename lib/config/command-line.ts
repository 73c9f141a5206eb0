/** What follows the script's name on this process's command line. */
export const wordsOfProcess = (): string[] => process.argv.slice(2)
