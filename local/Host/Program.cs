using Gatehouse.Local.Demo;
using Gatehouse.Local.Sqlite;
using Microsoft.Extensions.Options;

namespace Gatehouse.Local;

/// <summary>The program: starts Gatehouse, and says in one line why when it can't.</summary>
internal static class Program
{
    private const int Failed = 1;

    public static async Task<int> Main(string[] args)
    {
        if (!HostArguments.TryParse(args, out var arguments, out var error))
        {
            return await FailAsync(error);
        }

        if (arguments.IsHelp)
        {
            Console.WriteLine(HostArguments.Usage);
            return 0;
        }

        try
        {
            await using var host = LocalApplication.CreateBuilder(arguments).Build();
            var demo = host.Services.GetService<DemoData>();
            var isNew = demo is not null && await demo.EnsureAsync(CancellationToken.None);
            await host.StartAsync();
            Console.WriteLine(Welcome.Write(host.Urls, demo?.File, isNew));
            await host.WaitForShutdownAsync();
            return 0;
        }
        catch (OptionsValidationException exception)
        {
            return await FailAsync(string.Join(Environment.NewLine, exception.Failures));
        }
        catch (Exception exception) when (exception is DatabaseUnusableException or IOException or UnauthorizedAccessException)
        {
            return await FailAsync(exception.Message);
        }
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync($"gatehouse: {message}");
        return Failed;
    }
}
