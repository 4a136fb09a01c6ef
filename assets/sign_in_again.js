export async function signInAgain() { return ""; }
