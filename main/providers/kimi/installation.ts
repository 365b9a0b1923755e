/** How this installation names itself. */
export interface Installation {
  /** `Fusebox/1.2.3`. */
  userAgent: string;
  /** Random, made once for this installation; says nothing of the machine. */
  installId: string;
}

/** Kimi wants to know what is signed in. It learns the product and a random id: nothing of the machine, nothing made up. */
export function installationHeaders({ userAgent, installId }: Installation): Record<string, string> {
  const [product = userAgent, version = '0'] = userAgent.split('/');
  return {
    'x-msh-platform': product.toLowerCase(),
    'x-msh-version': version,
    'x-msh-device-name': product,
    'x-msh-device-model': product,
    'x-msh-device-id': installId,
  };
}
