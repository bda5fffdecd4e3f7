using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Telemetry;
using Gatehouse.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>New passwords are compared with those of known breaches, where the settings name a service that knows them.</summary>
public sealed class BreachedPasswordTests : GatehouseTest
{
    private const string Breached = "a password of a breach";
    private const string Padding = "a password of the padding";
    private const string Unknown = "a password of nobody else";

    private readonly WebApplication _service = LoopbackServer.CreateBuilder().Build();
    private readonly ConcurrentQueue<string> _asked = [];
    private readonly TaskCompletionSource _silence = new();
    private readonly TaskCompletionSource _wasAsked = new();
    private Func<string, Task<IResult>> _answer = static prefix => Task.FromResult(Results.Text(string.Join("\r\n", "0".PadLeft(35, '0') + ":3", RestOf(Breached, prefix) + ":7", RestOf(Padding, prefix) + ":0")));

    public override async ValueTask InitializeAsync()
    {
        _service.MapGet("/range/{prefix}", (string prefix) =>
        {
            _asked.Enqueue(prefix);
            _wasAsked.TrySetResult();
            return _answer(prefix);
        });
        await _service.StartAsync(TestContext.Current.CancellationToken);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        _silence.TrySetResult();
        await base.DisposeAsync();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task PasswordOfABreach_IsRefused_ForNewUsersAndChanges()
    {
        using var created = await CreateAsync(Breached);
        using var changed = await ChangeAsync(Breached);

        Assert.Equal(["password"], HttpResponseMessageExtensions.FieldsOf(await created.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
        Assert.Equal(["newPassword"], HttpResponseMessageExtensions.FieldsOf(await changed.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
    }

    [Theory]
    [InlineData(Unknown)]
    [InlineData(Padding)]
    public async Task AnotherPassword_IsAccepted_AndTheServiceGetsFiveDigitsOfItsHashOnly(string password)
    {
        using var duration = Host.Listen<double>(MetricNames.DependencyDuration);
        using var created = await CreateAsync(password);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal([HashOf(password)[..5]], _asked);
        Assert.Contains("dependency=breached_passwords operation=GET 127.0.0.1 outcome=ok", duration.Attributes());
    }

    [Fact]
    public async Task FailingService_KeepsNobodyFromSettingAPassword()
    {
        _answer = static _ => Task.FromResult(Results.StatusCode(StatusCodes.Status503ServiceUnavailable));

        using var created = await CreateAsync(Breached);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Contains(Host.Logs.GetSnapshot(), static record => record.Message.Contains("Check Authentication:BreachedPasswordsUrl", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SilentService_IsWaitedFor_NoLongerThanTheLimit()
    {
        _answer = async _ =>
        {
            await _silence.Task;
            return Results.Text("");
        };

        var creating = CreateAsync(Breached);
        await _wasAsked.Task;
        Host.Time.Advance(BreachedPasswords.TimeLimit);
        using var created = await creating;

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
    }

    [Fact]
    public async Task WrongCurrentPassword_CausesNoRequest()
    {
        using var changed = await ChangeAsync(Breached, current: "not the current password");

        Assert.Equal(["currentPassword"], HttpResponseMessageExtensions.FieldsOf(await changed.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
        Assert.Empty(_asked);
    }

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?> { ["Authentication:BreachedPasswordsUrl"] = _service.Urls.First() + "/range/" },
    };

#pragma warning disable CA5350 // The service's index is SHA-1.
    private static string HashOf(string password) => Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350

    // Of another range, a hash that no password has.
    private static string RestOf(string password, string prefix) =>
        HashOf(password).StartsWith(prefix, StringComparison.Ordinal) ? HashOf(password)[5..] : "F".PadLeft(35, 'F');

    private async Task<HttpResponseMessage> CreateAsync(string password)
    {
        var admin = await Host.SignInAsAsync("admin");
        return await Host.SendAsync(HttpMethod.Post, "/users", admin.AccessToken, JsonContent.Create(new { username = "grace", password }));
    }

    private async Task<HttpResponseMessage> ChangeAsync(string newPassword, string current = GatehouseHost.Password)
    {
        var user = await Host.SignInAsAsync("reader");
        return await Host.SendAsync(HttpMethod.Post, "/me/password", user.AccessToken, JsonContent.Create(new { currentPassword = current, newPassword }));
    }
}
