using System.Net;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>Tries tokens on a function that needs the scope <c>samples:read</c>.</summary>
internal static class SampleRequests
{
    /// <summary>Reads the samples, with a token if there is one.</summary>
    public static Task<HttpResponseMessage> ReadSamplesAsync(this GatehouseHost host, string? token = null) => host.GetAsync(ProtectedFunctions.Path, token);

    /// <summary>The status of the answer to a token: 200, 401 or 403.</summary>
    public static async Task<HttpStatusCode> TryTokenAsync(this GatehouseHost host, string? token)
    {
        using var response = await host.ReadSamplesAsync(token);
        return response.StatusCode;
    }
}
