using System.Net;
using System.Text;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Http;

/// <summary>Bodies that are forms.</summary>
public sealed class FormTests(SharedHost shared) : GatehouseTest(shared), IClassFixture<SharedHost>
{
    [Theory]
    [InlineData("grant_type=client_credentials&grant_type=client_credentials")]
    [InlineData("grant_type=client_credentials&grant%5Ftype=client_credentials")]
    [InlineData("Grant_Type=client_credentials")]
    [InlineData("grant_type=client_credentials&client_id=a&client_id=b&client_secret=x")]
    [InlineData("grant_type=client_credentials&client_id=a&client_secret=x&client_secret=")]
    [InlineData("grant_type=refresh_token&refresh_token=a&refresh_token=a")]
    [InlineData("grant_type")]
    [InlineData("&=&")]
    [InlineData("")]
    public async Task Form_RepeatedOrMissingField_IsRefused(string body)
    {
        using var response = await PostTokenAsync(body);

        Assert.Equal("invalid_request", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Form_RepeatedScope_IsRefused()
    {
        await Host.AddClientSecretAsync();

        using var response = await PostTokenAsync($"grant_type=client_credentials&client_id={GatehouseHost.ClientId}&client_secret={WebUtility.UrlEncode(GatehouseHost.ClientSecret)}&scope=&scope");

        Assert.Equal("invalid_request", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&Grant_Type=refresh_token&CLIENT_SECRET=x")]
    [InlineData("&x&y")]
    [InlineData("&&=z&")]
    [InlineData("&x=1&x=2&=1&=2")]
    [InlineData("&audience=https%3A%2F%2Fa.example&audience=https%3A%2F%2Fb.example")]
    public async Task Form_WithFieldsOfOtherNames_IsReadWithoutThem(string others)
    {
        await Host.AddClientSecretAsync();

        using var response = await PostTokenAsync($"grant_type=client_credentials&client_id={GatehouseHost.ClientId}&client_secret={WebUtility.UrlEncode(GatehouseHost.ClientSecret)}{others}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded; charset=iso-8859-1")]
    [InlineData("Application/X-WWW-Form-URLencoded;charset=\"windows-1252\"")]
    [InlineData("application/x-www-form-urlencoded;")]
    public async Task Form_IsReadAsUtf8_WhateverItsCharset(string mediaType)
    {
        await Host.AddClientSecretAsync();

        var (status, _) = await Host.PostLinesAsync("/token", mediaType, $"grant_type=client_credentials&client_id={GatehouseHost.ClientId}&client_secret={WebUtility.UrlEncode(GatehouseHost.ClientSecret)}");

        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task CompressedForm_IsRefused()
    {
        using var content = new StringContent("grant_type=client_credentials", Encoding.UTF8, "application/x-www-form-urlencoded");
        content.Headers.TryAddWithoutValidation("Content-Encoding", "gzip");
        using var response = await Host.SendAsync(HttpMethod.Post, "/token", content: content);

        Assert.Equal("invalid_request", await response.ReadOAuthErrorAsync(HttpStatusCode.UnsupportedMediaType));
        Assert.Equal("identity", response.Headers.GetValues("Accept-Encoding").Single());
    }

    [Fact]
    public async Task SignIn_ByAForm_IsRead()
    {
        await Host.AddUserAsync("ada & eve", "viewer");

        using var response = await Host.PostFormAsync("/authenticate", ("username", "ada & eve"), ("password", GatehouseHost.Password));
        using var repeated = await Host.PostFormAsync("/authenticate", ("username", "ada"), ("password", "a"), ("password", "b"));
        using var unknown = await Host.PostFormAsync("/authenticate", ("username", "ada"), ("password", "a"), ("remember", "on"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["password"], HttpResponseMessageExtensions.FieldsOf(await repeated.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
        Assert.Equal(["remember"], HttpResponseMessageExtensions.FieldsOf(await unknown.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
    }

    private async Task<HttpResponseMessage> PostTokenAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded");
        return await Host.SendAsync(HttpMethod.Post, "/token", content: content);
    }
}
