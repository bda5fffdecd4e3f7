using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Protection.DPoP;

internal static class NonceHeader
{
    public const string Name = "DPoP-Nonce";

    /// <summary>Gives the next nonce, in an answer that no cache may then keep (RFC 9449 §8.2).</summary>
    public static void SetNonce(this HttpResponseData response, string? nonce)
    {
        if (nonce is not null)
        {
            response.SetHeader(Name, nonce);
            response.SetHeader("Cache-Control", "no-store");
        }
    }
}
