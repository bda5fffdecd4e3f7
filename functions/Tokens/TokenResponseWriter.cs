using System.Net;
using Gatehouse.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tokens;

internal static class TokenResponseWriter
{
    /// <summary>An answer with tokens in it (RFC 6749 §5.1: never to be stored by a cache).</summary>
    public static async Task<HttpResponseData> CreateTokenResponseAsync(this HttpRequestData request, TokenResponse tokens)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.SetHeader("Cache-Control", "no-store");
        response.SetHeader("Pragma", "no-cache");
        await response.WriteJsonAsync(tokens, TokenJsonContext.Default.TokenResponse);
        return response;
    }
}
