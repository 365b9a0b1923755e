import { describe, expect, it } from 'vitest';
import { detectAmpClient } from '../../main/amp/client-kind.ts';
import { ampRoutes, matchAmpRoute } from '../../main/amp/routes.ts';

const kindOf = (path: string) => matchAmpRoute(path)?.kind;

describe('the routes of Amp', () => {
  it.each([
    ...['/api/internal', '/api/internal/github-proxy/repos/a', '/api/user', '/api/user/x', '/api/meta', '/api/ads'],
    ...['/api/ads/x', '/api/threads', '/api/threads/T-1.md', '/api/thread-actors', '/api/thread-actors/x', '/api/tab'],
    ...['/api/attachments', '/api/attachments/resumable', '/api/users/7', '/api/skills', '/api/not-invented-yet/x'],
    ...['/threads', '/threads/T-1', '/docs', '/settings', '/threads.rss', '/news.rss', '/pay'],
  ])('%s belongs to the account', (path) => {
    expect(kindOf(path)).toBe('management');
  });

  it.each([
    ['/api/auth', 'sign-in'],
    ['/api/auth/oauth-config', 'sign-in'],
    ['/auth', 'sign-in'],
    ['/auth/cli-login', 'sign-in'],
    ['/api/telemetry', 'telemetry'],
    ['/api/telemetry/events', 'telemetry'],
    ['/api/otel/v1/traces', 'telemetry'],
    ['/actors/gateway/threadActor/websocket/', 'actor'],
    ['/actors/metadata', 'actor'],
    ['/websocket', 'actor'],
    ['/connect', 'actor'],
  ])('%s is %s', (path, kind) => {
    expect(kindOf(path)).toBe(kind);
  });

  it.each([
    ...['/', '/v1/messages', '/healthz', '/threadsx', '/authx', '/a/b.rss', '/websockets', '/v0/management/state'],
    ...['/api/provider', '/api/provider/anthropic/v1/messages'],
  ])('%s is not proxied', (path) => {
    expect(matchAmpRoute(path)).toBeUndefined();
  });

  it.each([
    ...['/api//provider/anthropic/v1/messages', '/api/internal/../provider/anthropic', '/api/%70rovider/x'],
    ...['/api/x/..%2fprovider/openai', '/api/x/%252e%252e/provider/openai', '/API/Provider/x', '/api\\provider\\x'],
    ...['/api/./provider/x', '//api/provider/x', '/threads/../api/provider/x', '/api/x/%2e%2e%5cprovider'],
  ])('no spelling turns a model call into an account route: %s', (path) => {
    expect(matchAmpRoute(path)).toBeUndefined();
  });

  it('reads a path as the server would: a disguised account route keeps its kind', () => {
    expect(kindOf('/auth/../api/user')).toBe('management');
    expect(kindOf('/api/auth/%2e%2e/user')).toBe('management');
    expect(kindOf('//api//telemetry')).toBe('telemetry');
    expect(kindOf('/api/%zz')).toBe('management');
  });

  it('marks the pages that a browser opens', () => {
    const pages = ['/auth/cli-login', '/threads/T-1', '/docs', '/settings', '/pay', '/news.rss'];
    for (const path of pages) expect(matchAmpRoute(path)?.page).toBe(true);
    for (const path of ['/api/auth', '/api/threads', '/actors/x']) expect(matchAmpRoute(path)?.page).toBeUndefined();
  });

  it('has no row that an earlier one hides', () => {
    for (const route of ampRoutes) expect(matchAmpRoute(route.path.replace('*', 'news'))).toBe(route);
  });
});

describe('the generation of an Amp client', () => {
  it.each([
    ['POST', '/api/provider/anthropic/v1/messages', 'classic'],
    ['GET', '/api/provider/cerebras/v1/tcp_warming', undefined],
    ['POST', '/api/thread-actors', 'cloud'],
    ['GET', '/actors/gateway/threadActor/websocket/', 'cloud'],
    ['GET', '/actors/metadata', 'cloud'],
    ['POST', '/api/user-actor-credentials', 'cloud'],
    ['POST', '/api/internal', undefined],
    ['POST', '/api/thread-actorsx', undefined],
  ])('%s %s shows %s', (method, path, kind) => {
    expect(detectAmpClient(method, path)).toBe(kind);
  });
});
