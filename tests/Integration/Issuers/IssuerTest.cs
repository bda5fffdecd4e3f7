using System.Net;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>A host that trusts a stand-in issuer, and what its answers are held to.</summary>
public abstract class IssuerTest : IAsyncDisposable
{
    private readonly List<GatehouseHost> _hosts = [];

    private protected IssuerTest() => Issuer = new StandInIssuer(Network, Time);

    private protected FakeTimeProvider Time { get; } = new(TestKeys.CreatedOn);

    private protected StandInNetwork Network { get; } = new();

    private protected StandInIssuer Issuer { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        Network.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a host that trusts the issuer with these settings of it.</summary>
    private protected Task<GatehouseHost> StartAsync(params (string Name, string Value)[] settings) => StartWithAsync(Issuer.Settings(0, settings));

    /// <summary>Starts a host with settings by their full names.</summary>
    private protected async Task<GatehouseHost> StartWithAsync(IReadOnlyDictionary<string, string?> settings)
    {
        var host = await StandInIssuer.StartHostAsync(Network, Time, settings);
        _hosts.Add(host);
        return host;
    }

    private protected static async Task AssertStatusAsync(GatehouseHost host, string token, HttpStatusCode status, HttpMethod? method = null, string path = ProtectedFunctions.Path)
    {
        using var response = await host.SendAsync(method ?? HttpMethod.Get, path, token);
        Assert.Equal(status, response.StatusCode);
    }

    private protected static async Task AssertRefusedAsync(GatehouseHost host, string token, string reason)
    {
        using var response = await host.ReadSamplesAsync(token);
        var problem = await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
        Assert.Contains(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }
}
