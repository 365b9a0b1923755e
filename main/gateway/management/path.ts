export const managementPrefix = '/v0/management';

/** Whether the management API answers a path, which is then guarded by its own token instead of a key. */
export function isManagementPath(path: string): boolean {
  return path === managementPrefix || path.startsWith(`${managementPrefix}/`);
}
