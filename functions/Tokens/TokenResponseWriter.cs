using System.Net;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tokens;

internal static class TokenResponseWriter
{
    /// <summary>An answer with tokens in it (RFC 6749 §5.1: never to be stored by a cache).</summary>
    /// <param name="request">The request.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="proof">The proof of the key that they are bound to; null for none.</param>
    public static async Task<HttpResponseData> CreateTokenResponseAsync(this HttpRequestData request, TokenResponse tokens, VerifiedProof? proof)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.SetHeader("Cache-Control", "no-store");
        response.SetHeader("Pragma", "no-cache");
        response.SetNonce(proof?.NextNonce);
        await response.WriteJsonAsync(tokens, TokenJsonContext.Default.TokenResponse);
        return response;
    }
}
