import { isJson, type Json } from '../../../src/blocks/walk.ts';
import { ApiError } from './call.ts';

/**
 * Arguments of a call from a form, multipart or JSON body. Throws `invalid_json` for a body that
 * says it is JSON and isn't an object, `invalid_arguments` for parts that are none.
 */
export async function parseArguments(contentType: string, body: Buffer): Promise<Json> {
  if (contentType.startsWith('application/json')) {
    if (body.length === 0) return {};
    return parseObject(body.toString());
  }
  if (contentType.startsWith('multipart/form-data')) {
    const request = new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType },
    });
    const form = await request.formData().catch(() => {
      throw new ApiError('invalid_arguments');
    });
    return Object.fromEntries(form);
  }
  return Object.fromEntries(new URLSearchParams(body.toString()));
}

function parseObject(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (isJson(value)) return value;
  } catch {
    throw new ApiError('invalid_json');
  }
  throw new ApiError('invalid_json');
}
