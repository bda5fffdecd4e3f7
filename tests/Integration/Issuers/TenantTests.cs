using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>An Entra application for several tenants: one set of keys, an issuer for each tenant, and a list of those that may.</summary>
public sealed class TenantTests : IssuerTest
{
    private const string Authority = "https://login.microsoftonline.com/organizations/v2.0";
    private const string Template = "https://login.microsoftonline.com/{tenantid}/v2.0";
    private const string OneTenant = "8c9d1f4e-0c2b-4f63-9d0c-6d2f5b1a7e30";
    private const string OtherTenant = "1b5c7a52-4f1e-4c8e-8a55-2d1f3e4b6c7d";
    private const string UnknownTenant = "00000000-1111-2222-3333-444444444444";

    private readonly StandInIssuer _entra;

    public TenantTests() => _entra = new StandInIssuer(Network, Time, Authority, Template);

    [Fact]
    public async Task TokensOfTheListedTenants_AreAccepted()
    {
        var host = await StartAsync($"{OneTenant} {OtherTenant}");

        await AssertStatusAsync(host, CreateToken(OneTenant), HttpStatusCode.OK);
        await AssertStatusAsync(host, CreateToken(OtherTenant), HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(UnknownTenant)]
    [InlineData("{tenantid}")]
    [InlineData("organizations")]
    [InlineData("8C9D1F4E-0C2B-4F63-9D0C-6D2F5B1A7E30")]
    public async Task UnknownTenant_IsRefused(string tenant)
    {
        var host = await StartAsync(OneTenant);

        await AssertRefusedAsync(host, CreateToken(tenant), "comes from another issuer");
    }

    [Fact]
    public async Task TenantThatTheIssuerDoesNotName_IsRefused()
    {
        var host = await StartAsync(OneTenant);

        await AssertRefusedAsync(
            host, _entra.CreateToken(claims => { claims["iss"] = NameOf(OneTenant); claims["tid"] = UnknownTenant; }), "lacks a claim");
    }

    [Fact]
    public async Task KeyOfOneTenant_SignsForNoOther()
    {
        _entra.Keys[0] = IssuerKey.OtherRsa("of-one", NameOf(OneTenant));
        var host = await StartAsync($"{OneTenant} {OtherTenant}");

        await AssertStatusAsync(host, CreateToken(OneTenant), HttpStatusCode.OK);
        await AssertRefusedAsync(host, CreateToken(OtherTenant), "signed with an unknown key");
    }

    [Fact]
    public async Task KeyOfAllTenants_SignsForEach()
    {
        _entra.Keys[0] = IssuerKey.OtherRsa("of-all", Template);
        var host = await StartAsync($"{OneTenant} {OtherTenant}");

        await AssertStatusAsync(host, CreateToken(OneTenant), HttpStatusCode.OK);
        await AssertStatusAsync(host, CreateToken(OtherTenant), HttpStatusCode.OK);
    }

    private static string NameOf(string tenant) => $"https://login.microsoftonline.com/{tenant}/v2.0";

    private Task<GatehouseHost> StartAsync(string tenants) => StartWithAsync(_entra.Settings(0, ("Tenants", tenants)));

    private string CreateToken(string tenant) => _entra.CreateToken(claims =>
    {
        claims["iss"] = NameOf(tenant);
        claims["tid"] = tenant;
    });
}
